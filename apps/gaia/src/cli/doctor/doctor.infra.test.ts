import { expect, test } from "vitest";
import { infraUrl } from "../../../../../tests/support/infra-url.ts";
import { readGaiaConfig } from "../../config.ts";
import { checkNats } from "./check-nats.ts";
import { checkRedis } from "./check-redis.ts";

test("NATS and Redis that run are reached with a round trip", async () => {
  const config = readGaiaConfig({ NATS_URL: infraUrl("nats"), REDIS_URL: infraUrl("redis") });
  const [nats] = await checkNats(config);
  expect(nats).toEqual({ check: "nats", state: "ok", detail: expect.stringMatching(/answers in [\d.]+ ms$/) });
  const [redis] = await checkRedis(config);
  expect(redis).toEqual({
    check: "redis",
    state: "ok",
    detail: expect.stringMatching(/stores and answers in [\d.]+ ms$/),
  });
});

test("a server that is no NATS is not taken for one", async () => {
  const [nats] = await checkNats(readGaiaConfig({ NATS_URL: infraUrl("redis").replace("redis:", "nats:") }));
  expect(nats).toMatchObject({ state: "fail", detail: expect.stringContaining("lets nobody in") });
});
