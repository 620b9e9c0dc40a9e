import type { gateway } from "@gaia/contracts";
import type { Upstream } from "@gaia/kit/http/upstream";
import type { Transport } from "@gaia/kit/transport/transport";

const probeTimeoutMs = 5000;
// What monitors of the original compare with; Gaia's own version is in the OpenAPI document.
const contractVersion = "0.2.0";
const probed = ["auth", "asset", "chat", "kb"] as const;

export interface HealthDeps {
  readonly upstreamTo: (service: (typeof probed)[number]) => Upstream;
  /** Milliseconds of one round trip. */
  readonly pingDatabase: (timeoutMs: number) => Promise<number>;
  readonly transport: Transport;
  /** `null` where no Redis is configured. */
  readonly isCacheConnected: () => boolean | null;
  readonly supabaseUrl: string | null;
  /** False until the database has its schema; till then only the gateway's own routes answer. */
  readonly isReady: () => boolean;
  readonly now: () => Date;
}

/** Probes every part at once. The database decides `unhealthy`; anything else that is configured and down, `degraded`. */
export async function checkHealth(deps: HealthDeps): Promise<gateway.Health> {
  const [services, database, nats, supabase] = await Promise.all([
    probeServices(deps),
    probeDatabase(deps),
    probeNats(deps),
    probeSupabase(deps),
  ]);
  const redis = redisState(deps.isCacheConnected());
  const parts = [...Object.values(services), nats, redis, supabase];
  const isDegraded = parts.some(({ status }) => status === "unhealthy");
  const status = database.status === "unhealthy" ? "unhealthy" : isDegraded ? "degraded" : "healthy";
  return {
    status,
    timestamp: deps.now().toISOString(),
    version: contractVersion,
    services,
    database,
    redis,
    supabase,
    nats,
  };
}

async function probeServices({ upstreamTo }: HealthDeps): Promise<gateway.Health["services"]> {
  const states = await Promise.all(probed.map(async (name) => [name, await probeService(upstreamTo(name))] as const));
  return Object.fromEntries(states);
}

async function probeService(upstream: Upstream): Promise<gateway.Health["services"][string]> {
  const started = performance.now();
  try {
    const signal = AbortSignal.timeout(probeTimeoutMs);
    const response = await upstream(new Request("http://service/health", { signal }));
    await response.body?.cancel();
    return { status: response.status === 200 ? "healthy" : "unhealthy", response_time: secondsSince(started) };
  } catch {
    return { status: "unhealthy", error: "not reachable" };
  }
}

async function probeDatabase({ pingDatabase }: HealthDeps): Promise<gateway.Health["database"]> {
  try {
    const response_time = inSeconds(await pingDatabase(2000));
    return { status: "healthy", database: "postgresql", responsive: true, response_time };
  } catch {
    return { status: "unhealthy", database: "postgresql", responsive: false, error: "not reachable" };
  }
}

async function probeNats({ transport }: HealthDeps): Promise<gateway.Health["nats"]> {
  if (transport.state() === "not_used") return { status: "not_configured", connected: false };
  try {
    return { status: "healthy", connected: true, response_time: inSeconds(await transport.ping()) };
  } catch {
    return { status: "unhealthy", connected: false };
  }
}

async function probeSupabase({ supabaseUrl }: HealthDeps): Promise<gateway.Health["supabase"]> {
  if (supabaseUrl === null) return { status: "not_configured", service: "supabase", url: null, responsive: false };
  const started = performance.now();
  const state = { service: "supabase" as const, url: supabaseUrl };
  try {
    const response = await fetch(new URL("/auth/v1/health", supabaseUrl), {
      signal: AbortSignal.timeout(probeTimeoutMs),
    });
    await response.body?.cancel();
    // Without its key the project answers 401, which shows that it is there.
    const responsive = response.status < 500;
    return { status: responsive ? "healthy" : "unhealthy", ...state, responsive, response_time: secondsSince(started) };
  } catch {
    return { status: "unhealthy", ...state, responsive: false };
  }
}

function redisState(connected: boolean | null): gateway.Health["redis"] {
  if (connected === null) return { status: "not_configured", connected: false };
  return { status: connected ? "healthy" : "unhealthy", connected };
}

function secondsSince(started: number): number {
  return inSeconds(performance.now() - started);
}

function inSeconds(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100_000;
}
