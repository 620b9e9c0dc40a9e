import { identityConfig } from "@gaia/auth";
import { gatewayConfig } from "@gaia/gateway";
import { type ConfigOf, ConfigError, type Environment, flag, loadConfig, port } from "@gaia/kit/config/load-config";
import { secret } from "@gaia/kit/config/secret";
import type { ConfigSection } from "@gaia/kit/config/document-config";
import { type ServiceName, serviceNames } from "@gaia/contracts";
import { providersConfig } from "@gaia/providers";
import { webConfig } from "@gaia/web";
import * as z from "zod";

const levels = {
  debug: "debug",
  info: "info",
  warning: "warn",
  warn: "warn",
  error: "error",
  critical: "fatal",
  trace: "trace",
  silent: "silent",
} as const;

const platformConfig = {
  GAIA_ENV: z
    .enum(["development", "production"])
    .default("development")
    .describe("`production` refuses the well-known development key and writes JSON logs"),
  GAIA_HOST: z.string().default("127.0.0.1").describe("Address to listen on; 0.0.0.0 in containers"),
  GAIA_HOME: z.string().default("./data").describe("Folder of everything Gaia keeps on disk: database, files, mail"),
  GAIA_SERVICES: z
    .string()
    .default("all")
    .describe("Services of this process: `all`, or names separated by commas (gateway, auth, chat, kb, asset, web)"),
  GAIA_INTERNAL_SECRET: secret()
    .optional()
    .describe("Key that seals callers between services; by default the processes share a random one in the database"),
  SERVICE_PORT: port()
    .optional()
    .describe(
      "Port of the services other than gateway and web, when they run in a process of their own (8001 auth, 8002 asset, 8003 chat, 8004 kb)",
    ),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "Not a postgresql:// URL")
    .optional()
    .describe("PostgreSQL 15 or newer; by default an embedded database in GAIA_HOME"),
  DATABASE_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(1)
    .max(500)
    .default(20)
    .describe("Connections to PostgreSQL per process"),
  NATS_URL: z
    .string()
    .optional()
    .describe("NATS server; needed when services run in separate processes. `disabled` counts as unset"),
  REDIS_URL: z.url().optional().describe("Redis for shared caches; by default each process caches in memory"),
  REDIS_PASSWORD: secret().optional().describe("Password of Redis where REDIS_URL has none"),
  SUPABASE_URL: z
    .url()
    .optional()
    .describe("Supabase project whose users may sign in; its key set verifies their tokens"),
  SUPABASE_ANON_KEY: secret()
    .optional()
    .describe("Public key of the Supabase project; with it, Gaia's own routes for accounts work over the project"),
  SUPABASE_SERVICE_KEY: secret()
    .optional()
    .describe("Secret key of the Supabase project, to delete the accounts of people who erase theirs"),
  SUPABASE_JWT_SECRET: secret()
    .optional()
    .describe("Shared secret of the Supabase project, for tokens signed with HS256"),
  LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(z.enum(["debug", "info", "warning", "warn", "error", "critical", "trace", "silent"]))
    .transform((name) => levels[name])
    .default("info")
    .describe("debug, info, warning, error or critical"),
  LOG_PRETTY: flag().optional().describe("Coloured lines instead of JSON; by default on a terminal only"),
};

const allShapes = { ...platformConfig, ...gatewayConfig, ...identityConfig, ...webConfig, ...providersConfig };

/**
 * For `docs/config.md` and `.env.example`.
 *
 * @public used by `scripts/gen.ts`
 */
export const configSections: readonly ConfigSection[] = [
  { title: "Platform", shape: platformConfig },
  { title: "Gateway", shape: gatewayConfig },
  { title: "Identity", shape: identityConfig },
  { title: "Web", shape: webConfig },
  { title: "Model providers", shape: providersConfig },
];

export type GaiaConfig = ConfigOf<typeof allShapes> & {
  readonly GATEWAY_PORT: number;
  readonly services: readonly ServiceName[];
};

const defaultGatewayPort = 8666;

/** Reads and cross-checks all settings; throws `ConfigError` with every problem. */
export function readGaiaConfig(environment: Environment): GaiaConfig {
  const crossProblems = crossCheck(environment);
  const config = collectProblems(() => loadConfig(allShapes, environment), crossProblems);
  if (crossProblems.length > 0) throw new ConfigError(crossProblems);
  return {
    ...config,
    GATEWAY_PORT: config.GATEWAY_PORT ?? config.PORT ?? defaultGatewayPort,
    NATS_URL: natsUrlOf(config.NATS_URL),
    services: selectServices(config.GAIA_SERVICES),
  };
}

type Problem = ConfigError["problems"][number];

function collectProblems<T>(load: () => T, others: readonly Problem[]): T {
  try {
    return load();
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError([...error.problems, ...others]) : error;
  }
}

function crossCheck(environment: Environment): Problem[] {
  const text = environment["GAIA_SERVICES"]?.trim() || "all";
  const unknown = namesIn(text).filter((name) => !(serviceNames as readonly string[]).includes(name));
  const isPartial = selectServices(text).length < serviceNames.length;
  const needs = isPartial ? ["NATS_URL", "DATABASE_URL"] : [];
  const missing = needs.filter((name) => natsUrlOf(environment[name]?.trim()) === undefined);
  return [
    ...(unknown.length === 0 ? [] : [{ name: "GAIA_SERVICES", problem: unknownServices(unknown) }]),
    ...missing.map((name) => ({ name, problem: "needed when GAIA_SERVICES is not `all`" })),
  ];
}

function unknownServices(names: readonly string[]): string {
  return `no service named ${names.join(", ")}; there are ${serviceNames.join(", ")}`;
}

function natsUrlOf(text: string | undefined): string | undefined {
  return text === "" || text === "disabled" ? undefined : text;
}

function selectServices(text: string): ServiceName[] {
  const names = namesIn(text);
  return text.trim() === "all" ? [...serviceNames] : serviceNames.filter((name) => names.includes(name));
}

// The original's containers are called `auth-service` and so on.
function namesIn(text: string): string[] {
  return text.trim() === "all" ? [] : text.split(",").map((name) => name.trim().replace(/-service$/, ""));
}
