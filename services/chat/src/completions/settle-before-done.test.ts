import { describe, expect, test } from "vitest";
import { addMetadata } from "./add-metadata.ts";
import { settleBeforeDone } from "./settle-before-done.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function* from(...events: readonly string[]) {
  for (const event of events) yield encode(event);
}

const chunk = (fields: object) => ({
  id: "c",
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: {}, ...fields }],
});

describe("settling before [DONE]", () => {
  test.each(["data: [DONE]\n\n", "data:[DONE]\r\n\r\n", "\ndata: [DONE]\r\n\r"])(
    "is done when %j leaves, and not before",
    async (done) => {
      const order: string[] = [];
      const source = settleBeforeDone(
        from("data: 1\n\n", ": [DONE]\n\n", done),
        async () => void order.push("settled"),
      );

      for await (const bytes of source) order.push(decode(bytes));

      expect(order).toEqual(["data: 1\n\n", ": [DONE]\n\n", "settled", done]);
    },
  );

  test("waits for it", async () => {
    const settled = Promise.withResolvers<void>();
    const source = settleBeforeDone(from("data: [DONE]\n\n"), () => settled.promise);
    let isDone = false;

    const next = source.next().then(() => (isDone = true));
    await Promise.resolve();
    expect(isDone).toBe(false);
    settled.resolve();
    await next;

    expect(isDone).toBe(true);
  });

  test("does not take words for the end, nor run without one", async () => {
    let settles = 0;
    const texts = [`data: ${JSON.stringify({ content: "data: [DONE]" })}\n\n`, "data: [DON\n\n"];

    await Array.fromAsync(settleBeforeDone(from(...texts), async () => void (settles += 1)));

    expect(settles).toBe(0);
  });

  test("that fails keeps [DONE] back", async () => {
    const source = settleBeforeDone(from("data: 1\n\n", "data: [DONE]\n\n"), () =>
      Promise.reject(new Error("no database")),
    );
    const seen: string[] = [];
    const read = async () => {
      for await (const bytes of source) seen.push(decode(bytes));
    };

    await expect(read()).rejects.toThrow("no database");
    expect(seen).toEqual(["data: 1\n\n"]);
  });
});

describe("Gaia's metadata", () => {
  const describeExchange = () => ({ conversation_id: "c-1" });
  const through = async (...events: readonly string[]) =>
    (await Array.fromAsync(addMetadata(from(...events), describeExchange))).map(decode);

  test.each([
    ["as we write it", `data: ${JSON.stringify(chunk({ finish_reason: "stop" }))}\n\n`],
    [
      "with blanks, as some servers write it",
      `data: ${JSON.stringify(chunk({ finish_reason: "stop" }), null, 1).replaceAll("\n", "")}\n\n`,
    ],
    ["without a blank, with CR LF", `data:${JSON.stringify(chunk({ finish_reason: "stop" }))}\r\n\r\n`],
  ])("is on the chunk with the finish reason, %s", async (_form, event) => {
    const [described = ""] = await through(event);

    expect(JSON.parse(described.slice("data: ".length))).toEqual({
      ...chunk({ finish_reason: "stop" }),
      _metadata: { conversation_id: "c-1" },
    });
    expect(described.endsWith("\n\n")).toBe(true);
  });

  test("is on that chunk also where several came in one piece", async () => {
    const others = [`data: ${JSON.stringify(chunk({ finish_reason: null }))}\n\n`, ": comment\r\n\r\n"];
    const finish = chunk({ finish_reason: "stop" });
    const last = `data: ${JSON.stringify(finish)}\n\n`;
    const described = `data: ${JSON.stringify({ ...finish, _metadata: describeExchange() })}\n\n`;

    expect(await through([...others, last].join(""))).toEqual([[...others, described].join("")]);
  });

  test("is on no other event, and changes none of their bytes", async () => {
    const events = [
      `data: ${JSON.stringify(chunk({ finish_reason: null }))}\n\n`,
      `data: ${JSON.stringify(chunk({ delta: { content: '"finish_reason":"stop"' }, finish_reason: null }))}\n\n`,
      ": keep-alive\n\n",
      "data: [DONE]\n\n",
    ];

    expect(await through(...events)).toEqual(events);
  });

  test("tells the state at the end, not at the beginning", async () => {
    let calls = 0;
    const events = [chunk({ finish_reason: null }), chunk({ finish_reason: "length" })].map(
      (each) => `data: ${JSON.stringify(each)}\n\n`,
    );

    const last = (await Array.fromAsync(addMetadata(from(...events), () => ({ calls: (calls += 1) }))))
      .map(decode)
      .at(-1);

    expect(last).toContain('"_metadata":{"calls":1}');
  });
});
