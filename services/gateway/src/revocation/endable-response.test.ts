import { GaiaError } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { makeEndable } from "./endable-response.ts";

const revoked = new GaiaError("UNAUTHENTICATED", "Revoked", { reason: "credentials.revoked" });
const encoder = new TextEncoder();

/** A stream that the test feeds, behind an answer that can be ended. */
function setup(contentType = "text/event-stream; charset=utf-8", headers: Record<string, string> = {}) {
  const seen = { isCancelled: false, closed: 0, pulls: 0 };
  let source: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => void (source = controller),
      pull: () => void (seen.pulls += 1),
      cancel: () => void (seen.isCancelled = true),
    },
    { highWaterMark: 0 },
  );
  const answer = new Response(body, { headers: { "content-type": contentType, ...headers } });
  const endable = makeEndable(answer, {
    dialect: "openai",
    requestId: "request-1",
    onClosed: () => (seen.closed += 1),
  });
  const reader = endable.response.body?.getReader();
  const read = async () => new TextDecoder().decode((await reader?.read())?.value);
  return { ...endable, seen, read, reader, say: (text: string) => source?.enqueue(encoder.encode(text)), source };
}

describe("an answer that can be ended", () => {
  test("passes bytes on as they are, no sooner than they are asked for", async () => {
    const { read, say, source, seen, reader } = setup();
    expect(seen.pulls).toBe(0);
    say("data: 1\n\n");
    expect(await read()).toBe("data: 1\n\n");
    source?.close();
    expect(await reader?.read()).toEqual({ value: undefined, done: true });
    expect(seen).toMatchObject({ isCancelled: false, closed: 1 });
  });

  test("says why as the last event, and stops the source", async () => {
    const { read, say, end, seen, reader } = setup();
    say("data: 1\n\n");
    await read();
    const waiting = read();
    end(revoked);

    expect(await waiting).toBe(
      `data: ${JSON.stringify({
        error: { message: "Revoked", type: "authentication_error", param: null, code: "invalid_api_key" },
        request_id: "request-1",
      })}\n\n`,
    );
    expect((await reader?.read())?.done).toBe(true);
    expect(seen).toMatchObject({ isCancelled: true, closed: 1 });
  });

  test("can be ended before its first event", async () => {
    const { read, end } = setup();
    end(revoked);
    expect(await read()).toContain("Revoked");
  });

  test.each([
    ["in the middle of an event", "text/event-stream", "data: {"],
    ["when it is no event stream", "application/x-ndjson", "{}\n\n"],
  ])("breaks off %s", async (_where, contentType, text) => {
    const { read, say, end, seen, reader } = setup(contentType);
    say(text);
    await read();
    end(revoked);

    await expect(reader?.read()).rejects.toBe(revoked);
    expect(seen).toMatchObject({ isCancelled: true, closed: 1 });
  });

  test("ends once, and not after it is over", async () => {
    const { end, source, reader, seen } = setup();
    source?.close();
    await reader?.read();
    end(revoked);
    end(revoked);
    expect(seen).toMatchObject({ closed: 1 });
  });

  test("that its reader gives up stops the source", async () => {
    const { reader, seen } = setup();
    await reader?.cancel();
    expect(seen).toMatchObject({ isCancelled: true, closed: 1 });
  });

  test("whose source fails, fails", async () => {
    const { reader, source, seen } = setup();
    source?.error(new Error("broken"));
    await expect(reader?.read()).rejects.toThrow("broken");
    expect(seen.closed).toBe(1);
  });

  test("is left alone where it is short and complete", () => {
    const { seen } = setup("application/json", { "content-length": "2" });
    expect(seen.closed).toBe(1);
  });
});
