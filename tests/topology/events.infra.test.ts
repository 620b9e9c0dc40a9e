import { randomUUID } from "node:crypto";
import { revokeApiKey } from "@gaia/auth";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningServer } from "../support/server-process.ts";
import { startDistributedGaia } from "../support/start-distributed-gaia.ts";
import { createPerson, type World } from "../support/start-gaia.ts";
import { startNats } from "../support/start-nats.ts";
import { type Answer, post } from "./requests.ts";

let world: World;
let server: RunningServer;
let nats: NatsConnection;
const received: { readonly subject: string; readonly payload: Answer }[] = [];

beforeAll(async () => {
  server = await startNats();
  nats = await connect({ port: server.port });
  nats.subscribe("gaia.>", {
    callback: (_error, message) => {
      if (message.subject.startsWith("gaia.rpc.")) return;
      received.push({ subject: message.subject, payload: message.json<Answer>() });
    },
  });
  await nats.flush();
  world = await startDistributedGaia({}, { natsUrl: server.url });
});
afterAll(async () => {
  await world?.stop();
  await nats?.close();
  await server?.stop();
});

const eventsOf = (requestId: string) =>
  received.filter(({ payload }) => payload["details"]?.request_id === requestId).map(({ subject }) => subject);

test.each(["/api/v1/chat", "/v1/chat/completions"])("an answer on %s is announced to listeners", async (path) => {
  const requestId = randomUUID();
  const person = await createPerson(world);
  const body = { message: "Hello", messages: [{ role: "user", content: "Hello" }] };
  expect((await post(world, path, body, { requestId, key: person.key })).status).toBe(200);
  await expect
    .poll(() => eventsOf(requestId), { timeout: 5_000 })
    .toEqual(["gaia.chat.message.start", "gaia.chat.message.complete"]);
  const [start, complete] = received.filter(({ payload }) => payload["details"]?.request_id === requestId);
  expect(start?.payload).toMatchObject({ user_id: person.userId, status: "started" });
  expect(complete?.payload).toMatchObject({
    user_id: person.userId,
    status: "complete",
    message_id: start?.payload["message_id"],
    details: { model: "gaia-offline", provider: "gaia" },
  });
});

test("each service has said that it is ready and healthy", () => {
  const namesOf = (subject: string) =>
    received.filter((each) => each.subject === subject).map(({ payload }) => String(payload["service_name"]));
  for (const subject of ["gaia.service.ready", "gaia.service.health"]) {
    expect(namesOf(subject)).toEqual(expect.arrayContaining(["gateway", "auth", "chat", "kb", "asset"]));
  }
});

test("a revoked key is refused by the gateway's process at once", async () => {
  const { key, keyId } = await createPerson(world);
  const status = async () => (await fetch(`${world.url}/v1/models`, { headers: { "x-api-key": key } })).status;
  expect(await status()).toBe(200);
  await revokeApiKey({ kysely: world.database.kysely, now: () => new Date() }, { id: keyId });
  await expect.poll(status, { timeout: 2_000 }).toBe(401);
  const revoked = () => received.filter(({ subject }) => subject === "gaia.auth.api_key.revoked");
  await expect.poll(() => revoked().map(({ payload }) => payload["api_key_id"])).toEqual([keyId]);
});
