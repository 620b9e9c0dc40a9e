import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerJson } from "../support/mock-providers.ts";
import type { StartWorld, World } from "../support/start-gaia.ts";
import { openScriptedWorld, type ScriptedWorld } from "../support/worlds.ts";

const model = "text-embedding-3-small";

/** OpenAI's embeddings: bytes to the provider and back, and a clear refusal where there is none. */
export function describeEmbeddings(topology: string, startWorld: StartWorld): void {
  describe(`embeddings, ${topology}`, () => {
    let opened: ScriptedWorld | undefined;
    let offline: World | undefined;
    let world: ScriptedWorld["world"];
    let person: ScriptedWorld["person"];
    let provider: ScriptedWorld["providers"]["openai"];

    beforeAll(async () => {
      opened = await openScriptedWorld(startWorld);
      offline = await startWorld();
      ({ world, person } = opened);
      provider = opened.providers.openai;
    });
    afterAll(async () => {
      await opened?.stop();
      await offline?.stop();
    });

    const embed = (url: string, key: string, body: object) =>
      fetch(`${url}/v1/embeddings`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
        body: JSON.stringify(body),
      });

    test("come from the provider as they are, and are on the caller's account", async () => {
      const request = { model, input: ["marker-1", "two"], dimensions: 3, new_field: 1 };
      const answer = {
        object: "list",
        model,
        data: [{ object: "embedding", index: 0, embedding: [0.1, 2, -3e-9] }],
        usage: { prompt_tokens: 7, total_tokens: 7 },
      };
      provider.script("marker-1", answerJson(answer));
      const response = await embed(world.url, person.key, request);
      expect(await response.text()).toBe(JSON.stringify(answer));
      const [sent] = provider.requestsWith("marker-1");
      expect(sent).toMatchObject({ path: "/v1/embeddings", headers: { authorization: "Bearer test-openai-key" } });
      expect(JSON.parse(sent?.body ?? "")).toEqual(request);
      const rows = () =>
        world.database.kysely
          .selectFrom("usage_records")
          .selectAll()
          .where("request_id", "=", response.headers.get("x-request-id"))
          .execute();
      await expect.poll(rows).toMatchObject([
        {
          user_id: person.userId,
          operation: "chat.create-embeddings",
          model,
          input_tokens: 7,
          output_tokens: 0,
          outcome: "ok",
        },
      ]);
    });

    test("are read by the official package", async () => {
      const bytes = Buffer.from(new Float32Array([0.5, -0.25]).buffer).toString("base64");
      provider.script(
        "marker-2",
        answerJson({
          object: "list",
          model,
          data: [{ object: "embedding", index: 0, embedding: bytes }],
          usage: { prompt_tokens: 1, total_tokens: 1 },
        }),
      );
      const client = new OpenAI({ baseURL: `${world.url}/v1`, apiKey: person.key, maxRetries: 0 });
      const { data } = await client.embeddings.create({ model, input: "marker-2" });
      expect(data[0]?.embedding).toEqual([0.5, -0.25]);
    });

    test.each([
      ["marker-3", { error: { message: "no such model" } }, 404, 404],
      ["marker-4", { error: { message: "bad dimensions", type: "invalid_request_error" } }, 400, 400],
      ["marker-5", { hello: "world" }, 200, 502],
    ])("that fail there (%s) fail here", async (marker, body, theirs, ours) => {
      provider.script(marker, answerJson(body, theirs));
      const response = await embed(world.url, person.key, { model, input: marker });
      expect(response.status).toBe(ours);
      expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
    });

    test.each([
      ["no model", { input: "x" }],
      ["nothing to embed", { model, input: [] }],
      ["an empty text", { model, input: "" }],
    ])("of %s are refused", async (_what, body) => {
      expect((await embed(world.url, person.key, body)).status).toBe(400);
    });

    test("are not made where no provider makes them", async () => {
      const response = await embed(offline?.url ?? "", offline?.key ?? "", { model, input: "x" });
      expect(response.status).toBe(501);
      expect(await response.json()).toMatchObject({
        error: { code: "embeddings_unavailable", message: expect.stringContaining("OPENAI_BASE_URL") },
      });
    });
  });
}
