import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { type GaiaProcess, preparedHome, removeHome, type Settings, startGaiaProcess } from "../support/start-gaia.ts";
import { jsonOf } from "./requests.ts";

const slow = { timeout: 60_000 };

async function start(settings: Settings): Promise<GaiaProcess & { readonly url: string }> {
  const home = await preparedHome();
  onTestFinished(() => removeHome(home));
  const gaia = await startGaiaProcess({ GAIA_HOME: home, ...settings });
  onTestFinished(async () => void (await gaia.end("SIGKILL")));
  return { ...gaia, url: gaia.urlOf("gateway") };
}

function chat(url: string, key: string | undefined): Promise<Response> {
  return fetch(`${url}/api/v1/chat`, {
    method: "POST",
    headers: { "x-api-key": key ?? "none" },
    body: JSON.stringify({ message: "Hello" }),
  });
}

test("configured parts that are down make it degraded, and it works on without them", slow, async () => {
  const nowhere = `127.0.0.1:${await freePort()}`;
  const gaia = await start({
    REDIS_URL: `redis://${nowhere}`,
    SUPABASE_URL: `http://${nowhere}`,
    ALLOWED_ORIGINS: "*",
  });
  const health = await fetch(`${gaia.url}/health`);
  expect(health.status).toBe(200);
  expect(await jsonOf(health)).toMatchObject({
    status: "degraded",
    database: { status: "healthy" },
    redis: { status: "unhealthy", connected: false },
    supabase: { status: "unhealthy", responsive: false, url: `http://${nowhere}` },
    nats: { status: "not_configured" },
  });
  expect((await fetch(`${gaia.url}/health/ready`)).status).toBe(200);
  const answer = await chat(gaia.url, gaia.key);
  expect(answer.status).toBe(200);
  expect(await jsonOf(answer)).toMatchObject({ model: "gaia-offline" });

  // The same Gaia allows all origins: gateway-auth.md 7.2.
  const origin = "https://anywhere.example";
  const simple = await fetch(`${gaia.url}/health/live`, { headers: { origin } });
  expect(simple.headers.get("access-control-allow-origin")).toBe("*");
  const preflight = await fetch(`${gaia.url}/api/v1/chat`, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST" },
  });
  expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
});

test("without its database it starts, says so, and answers 503 within two seconds", slow, async () => {
  const gaia = await start({ DATABASE_URL: `postgresql://postgres@127.0.0.1:${await freePort()}/postgres` });
  const health = await fetch(`${gaia.url}/health`);
  expect(health.status).toBe(200);
  const state = await jsonOf(health);
  expect(state).toMatchObject({ status: "unhealthy", database: { status: "unhealthy", responsive: false } });
  expect(JSON.stringify(state)).not.toMatch(/ECONNREFUSED|postgres@/);
  expect((await fetch(`${gaia.url}/health/live`)).status).toBe(200);
  expect((await fetch(`${gaia.url}/health/ready`)).status).toBe(503);
  const began = performance.now();
  const answer = await chat(gaia.url, "some-key");
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(answer.status).toBe(503);
  expect(await jsonOf(answer)).toMatchObject({ detail: expect.any(String), code: "UNAVAILABLE" });
  expect(await gaia.end("SIGTERM")).toEqual({ code: 0, signal: null });
});
