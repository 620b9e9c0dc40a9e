import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startFaultProxy, type FaultProxy } from "../support/fault-proxy.ts";
import { infraUrl } from "../support/infra-url.ts";
import { type RunningServer } from "../support/server-process.ts";
import {
  type DistributedGaia,
  type DistributedService,
  distributedServices,
  startDistributedGaia,
} from "../support/start-distributed-gaia.ts";
import { startNats } from "../support/start-nats.ts";
import { type Answer, get, post } from "./requests.ts";

const patience = { timeout: 20_000, interval: 50 };
const callTimeoutSeconds = 4;

interface Attempt {
  readonly route: string;
  /** 0 when there was no answer at all. */
  readonly status: number;
  readonly body: Answer | null;
  readonly ms: number;
  /** Whether the request had left before the fault was complete. */
  readonly wasUnderWay: boolean;
}

interface Traffic {
  attempts(): readonly Attempt[];
  /** From now on attempts are not under way. */
  fault(): void;
  stop(): Promise<void>;
}

const routes: Readonly<Record<string, (gaia: DistributedGaia) => Promise<Response>>> = {
  validate: (gaia) => post(gaia, "/api/v1/auth/validate", { api_key: gaia.key }),
  personas: (gaia) => get(gaia, "/api/v1/chat/personas"),
  models: (gaia) => get(gaia, "/v1/models"),
  chat: (gaia) => post(gaia, "/api/v1/chat", { message: `Hello ${randomUUID()}` }),
  completion: (gaia) => post(gaia, "/v1/chat/completions", { messages: [{ role: "user", content: "Hello" }] }),
  newKey: (gaia) => get(gaia, "/v1/models", `unknown-${randomUUID()}`),
};

/** Every route again and again, one request of each at a time. */
function startTraffic(gaia: DistributedGaia): Traffic {
  const attempts: Attempt[] = [];
  const stopping = new AbortController();
  let faultAt = Number.POSITIVE_INFINITY;

  const attempt = async (route: string, send: (gaia: DistributedGaia) => Promise<Response>) => {
    const began = performance.now();
    const { status, body } = await send(gaia)
      .then(readAnswer)
      .catch(() => ({ status: 0, body: null }));
    attempts.push({ route, status, body, ms: performance.now() - began, wasUnderWay: began < faultAt });
    // A refused connection answers at once; the others shall have the processor too.
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const loops = Object.entries(routes).map(async ([route, send]) => {
    while (!stopping.signal.aborted) await attempt(route, send);
  });
  return {
    attempts: () => attempts,
    fault: () => void (faultAt = performance.now()),
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function readAnswer(response: Response): Promise<{ readonly status: number; readonly body: Answer | null }> {
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as Answer };
}

/** What every route answers when all is well: `newKey` sends a key that nobody has. */
const wellStatus = (route: string): number => (route === "newKey" ? 401 : 200);

/** All routes answered well again, with requests that began from now on. */
async function untilWell(traffic: Traffic): Promise<void> {
  const seen = traffic.attempts().length;
  await expect
    .poll(() => {
      const since = traffic.attempts().slice(seen);
      const unwell = Object.keys(routes).filter((route) => !since.some((each) => each.route === route && isWell(each)));
      return unwell.map((route) => since.findLast((each) => each.route === route) ?? route);
    }, patience)
    .toEqual([]);
}

function isWell({ route, status }: Attempt): boolean {
  return status === wellStatus(route);
}

/** A failure is a typed 502 or 503; only a call that was under way may learn that nobody will answer it. */
function isTyped({ status, body, wasUnderWay }: Attempt): boolean {
  const allowed = wasUnderWay ? [502, 503, 504] : [502, 503];
  const code: unknown = body?.["code"] ?? body?.["error"]?.code;
  const isInternal = /ECONN|socket|postgres|127\.0\.0\.1| {4}at /.test(JSON.stringify(body));
  return allowed.includes(status) && typeof code === "string" && !isInternal;
}

function untyped(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.filter((attempt) => !isWell(attempt) && !isTyped(attempt));
}

function failedRoutes(attempts: readonly Attempt[]): string[] {
  return [...new Set(attempts.filter((each) => !isWell(each)).map(({ route }) => route))];
}

/** The routes that cannot work without a service; the others may fail or not. */
const needing: Readonly<Record<DistributedService, readonly string[]>> = {
  auth: ["validate", "newKey"],
  chat: ["chat", "completion", "models", "personas"],
  kb: [],
  asset: [],
  gateway: Object.keys(routes),
};

describe("five processes", () => {
  let nats: RunningServer;
  let database: FaultProxy;
  let gaia: DistributedGaia;
  let traffic: Traffic;

  beforeEach(async () => {
    nats = await startNats();
    const server = new URL(infraUrl("postgres"));
    database = await startFaultProxy({ port: Number(server.port || 5432), host: server.hostname });
    const settings = { GATEWAY_REQUEST_TIMEOUT: String(callTimeoutSeconds) };
    gaia = await startDistributedGaia(settings, { natsUrl: nats.url, gaiaDatabaseUrl: (url) => database.urlFor(url) });
    traffic = startTraffic(gaia);
    await untilWell(traffic);
  });
  afterEach(async () => {
    await traffic?.stop();
    await gaia?.stop();
    await Promise.all([database?.close(), nats?.stop()]);
  });

  const pids = () => distributedServices.map((name) => gaia.process(name).pid);

  test("each of them can be killed and comes back, without a restart of the others", { timeout: 180_000 }, async () => {
    for (const service of distributedServices) {
      const before = pids();
      const seen = traffic.attempts().length;
      await gaia.kill(service);
      traffic.fault();
      await untilSeen(seen, service);
      gaia.restart(service);
      await untilWell(traffic);
      expectRecovery(service, before, traffic.attempts().slice(seen));
    }
    expect(gaia.logs().filter((line) => line["level"] === "fatal")).toEqual([]);
  });

  /** The others answered meanwhile, or said what was missing. */
  async function untilSeen(seen: number, service: DistributedService): Promise<void> {
    const health = async () => {
      const response = await fetch(`${gaia.url}/health`).catch(() => null);
      return response === null ? "gone" : String(((await response.json()) as Answer)["services"]?.[service]?.status);
    };
    await expect.poll(health, patience).toBe(service === "gateway" ? "gone" : "unhealthy");
    await expect.poll(() => traffic.attempts().length - seen, patience).toBeGreaterThan(20);
  }

  function expectRecovery(service: DistributedService, before: readonly number[], attempts: readonly Attempt[]): void {
    const changed = distributedServices.filter((_, index) => pids()[index] !== before[index]);
    expect(changed).toEqual([service]);
    // A gateway that is dead cannot answer; whatever it answered before and after is typed.
    const answered = service === "gateway" ? attempts.filter(({ status }) => status !== 0) : attempts;
    expect(untyped(answered)).toEqual([]);
    expect(failedRoutes(attempts)).toEqual(expect.arrayContaining([...needing[service]]));
    const others = ["kb", "asset"].includes(service) ? failedRoutes(attempts) : [];
    expect(others).toEqual([]);
  }

  test("NATS can stop and come back", { timeout: 60_000 }, async () => {
    const before = pids();
    const seen = traffic.attempts().length;
    await nats.stop();
    traffic.fault();
    const failures = () =>
      traffic
        .attempts()
        .slice(seen)
        .filter((each) => !isWell(each));
    await expect
      .poll(() => failures().map(({ route }) => route), patience)
      .toEqual(expect.arrayContaining(["validate", "models", "personas", "newKey"]));
    await expect
      .poll(healthStatus, patience)
      .toMatchObject({ status: "degraded", nats: { status: "unhealthy", connected: false } });
    // Fail fast: nobody waits for a time-out whose request began without NATS.
    for (const { ms } of failures().filter(({ wasUnderWay }) => !wasUnderWay)) expect(ms).toBeLessThan(2_000);
    nats = await startNats({ port: nats.port });
    await untilWell(traffic);
    expect(untyped(traffic.attempts().slice(seen))).toEqual([]);
    expect(pids()).toEqual(before);
    await expect.poll(healthStatus, patience).toMatchObject({ status: "healthy" });
  });

  test(
    "a streamed answer goes on while NATS is away, and its event comes when NATS is back",
    { timeout: 60_000 },
    async () => {
      const ask = (requestId: string) => post(gaia, "/api/v1/chat", { message: "Hello", stream: true }, { requestId });
      // Whoever is not known to the gateway cannot be looked up meanwhile, and it forgot everybody when NATS came back.
      await (await ask(randomUUID())).text();
      await nats.stop();
      const requestId = randomUUID();
      const response = await ask(requestId);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain("[DONE]");
      const unpublished = async () => {
        const rows = await gaia.database.kysely
          .selectFrom("event_outbox")
          .select("published_at")
          .where("request_id", "=", requestId)
          .execute();
        return rows.map(({ published_at }) => published_at === null);
      };
      expect(await unpublished()).toEqual([true]);
      nats = await startNats({ port: nats.port });
      await expect.poll(unpublished, patience).toEqual([false]);
    },
  );

  test.each(["refuse", "stall"] as const)(
    "PostgreSQL can go (%s) and come back: 503 within two seconds, no crash",
    { timeout: 90_000 },
    async (fault) => {
      const before = pids();
      const seen = traffic.attempts().length;
      await database.inject(fault);
      traffic.fault();
      const since = () =>
        traffic
          .attempts()
          .slice(seen)
          .filter(({ wasUnderWay }) => !wasUnderWay);
      const failures = () => since().filter((each) => !isWell(each));
      await expect
        .poll(() => failures().map(({ route }) => route), patience)
        .toEqual(expect.arrayContaining(["chat", "personas", "newKey", "validate"]));
      await expect.poll(healthStatus, patience).toMatchObject({ status: "unhealthy", database: { responsive: false } });
      // Two seconds of waiting for the database, and the time of a busy machine.
      expect(failures().filter(({ status, ms }) => status !== 503 || ms > 2_500)).toEqual([]);
      await database.inject("none");
      if (fault === "stall") database.cut();
      await untilWell(traffic);
      expect(untyped(traffic.attempts().slice(seen))).toEqual([]);
      expect(pids()).toEqual(before);
      await expect.poll(healthStatus, patience).toMatchObject({ status: "healthy" });
    },
  );

  async function healthStatus(): Promise<Answer> {
    return (await (await fetch(`${gaia.url}/health`)).json()) as Answer;
  }
});
