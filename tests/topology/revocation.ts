import { randomUUID } from "node:crypto";
import { revokeApiKey } from "@gaia/auth";
import { auth } from "@gaia/contracts";
import { appendEvent } from "@gaia/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { streamForever, watchStream } from "../support/endless-stream.ts";
import { mockModels, wireFormats } from "../support/mock-providers.ts";
import { createPerson, type StartWorld } from "../support/start-gaia.ts";
import { openScriptedWorld, type ScriptedWorld } from "../support/worlds.ts";
import { dataOf, get, jsonOf, post } from "./requests.ts";

const secondMs = 1_000;
const path = "/v1/chat/completions";

/** Whatever lets somebody in ends everywhere within a second, answers under way included. */
export function describeRevocation(name: string, startWorld: StartWorld): void {
  describe(`a revocation, ${name}`, () => {
    let opened: ScriptedWorld | undefined;
    let world: ScriptedWorld["world"];
    let providers: ScriptedWorld["providers"];

    beforeAll(async () => {
      opened = await openScriptedWorld((settings) => startWorld({ ...settings, GAIA_AUTH_AUTOCONFIRM: "true" }));
      ({ world, providers } = opened);
    });
    afterAll(() => opened?.stop());

    const openStream = async (headers: Readonly<Record<string, string>>) => {
      const marker = randomUUID();
      providers.openai.script(marker, streamForever(wireFormats.openai, "word "));
      const body = { model: mockModels.openai, messages: [{ role: "user", content: marker }], stream: true };
      const stream = watchStream(await post(world, path, body, { headers, key: headers["x-api-key"] ?? "" }));
      await stream.begun;
      return { ...stream, request: providers.openai.requestsWith(marker)[0] };
    };

    const expectEnd = async (
      stream: Awaited<ReturnType<typeof openStream>>,
      revoke: () => Promise<unknown>,
      code: string,
    ) => {
      const started = performance.now();
      await revoke();
      const { lastByteAt, text } = await stream.ended;
      expect(lastByteAt - started).toBeLessThan(secondMs);
      expect(JSON.parse(dataOf(text).at(-1) ?? "null")).toMatchObject({ error: { code } });
      await expect.poll(() => stream.request?.isClosed(), { timeout: 5_000 }).toBe(true);
    };

    const signUp = async () => {
      const email = `${randomUUID()}@example.org`;
      const response = await post(world, "/auth/v1/signup", { email, password: "a long password" }, { key: "" });
      const { access_token, user } = await jsonOf(response);
      return { userId: String(user.id), headers: { authorization: `Bearer ${access_token}` } };
    };

    const statusOf = async (headers: Readonly<Record<string, string>>) =>
      (await fetch(`${world.url}/v1/models`, { headers })).status;

    test("of a key ends its streams, and no other's", async () => {
      const person = await createPerson(world);
      const neighbour = await createPerson(world);
      const stream = await openStream({ "x-api-key": person.key });
      const other = await openStream({ "x-api-key": neighbour.key });
      let isOtherOver = false;
      void other.ended.then(() => (isOtherOver = true));

      const deps = { kysely: world.database.kysely, now: () => new Date() };
      await expectEnd(stream, () => revokeApiKey(deps, { id: person.keyId }), "invalid_api_key");
      expect((await get(world, "/v1/models", person.key)).status).toBe(401);
      expect(isOtherOver).toBe(false);
      await revokeApiKey(deps, { id: neighbour.keyId });
      await other.ended;
    });

    test("of a session ends its streams", async () => {
      const { headers } = await signUp();
      const stream = await openStream(headers);

      await expectEnd(
        stream,
        () => post(world, "/auth/v1/logout?scope=local", {}, { key: "", headers }),
        "invalid_api_key",
      );
      expect(await statusOf(headers)).toBe(401);
    });

    test("by a ban ends all of a user's streams", async () => {
      const { headers, userId } = await signUp();
      const streams = [await openStream(headers), await openStream(headers)];
      const ban = () =>
        fetch(`${world.url}/auth/v1/admin/users/${userId}`, {
          method: "PUT",
          headers: { "content-type": "application/json", "x-api-key": world.key },
          body: JSON.stringify({ ban_duration: "24h" }),
        });

      await expectEnd(streams[0] ?? (await openStream(headers)), ban, "invalid_api_key");
      await streams[1]?.ended;
      expect(await statusOf(headers)).toBe(401);
    });

    test("of a role ends what only the role allowed", async () => {
      const person = await createPerson(world);
      const stream = await openStream({ "x-api-key": person.key });
      const takeRoles = () =>
        world.database.kysely.transaction().execute(async (transaction) => {
          await transaction.deleteFrom("user_roles").where("user_id", "=", person.userId).execute();
          const payload = { user_ids: [person.userId], timestamp: new Date().toISOString() };
          await appendEvent(transaction, auth.accessChanged, { payload, requestId: null });
        });

      await expectEnd(stream, takeRoles, "permission_withdrawn");
      expect((await get(world, "/v1/models", person.key)).status).toBe(403);
    });

    test("that leaves the permission leaves the stream", async () => {
      const person = await createPerson(world);
      const stream = await openStream({ "x-api-key": person.key });
      let isOver = false;
      void stream.ended.then(() => (isOver = true));
      await world.database.kysely.transaction().execute(async (transaction) => {
        const payload = { user_ids: null, timestamp: new Date().toISOString() };
        await appendEvent(transaction, auth.accessChanged, { payload, requestId: null });
      });
      const isPublished = async () =>
        (
          await world.database.kysely
            .selectFrom("event_outbox")
            .select("id")
            .where("published_at", "is", null)
            .execute()
        ).length;

      await expect.poll(isPublished, { timeout: 5_000 }).toBe(0);
      expect((await get(world, "/v1/models", person.key)).status).toBe(200);
      expect(isOver).toBe(false);
      await revokeApiKey({ kysely: world.database.kysely, now: () => new Date() }, { id: person.keyId });
      await stream.ended;
    });
  });
}
