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
  GAIA_HOME: z
    .string()
    .default("./data")
    .describe("Folder of everything Gaia keeps on disk: database, files, mail, secrets"),
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
  SUPABASE_URL: z.url().optional().describe("Supabase project"),
  LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(z.enum(["debug", "info", "warning", "warn", "error", "critical", "trace", "silent"]))
    .transform((name) => levels[name])
    .default("info")
    .describe("debug, info, warning, error or critical"),
  LOG_PRETTY: flag().optional().describe("Coloured lines instead of JSON; by default on a terminal only"),
};

const allShapes = { ...platformConfig, ...gatewayConfig, ...webConfig, ...providersConfig };

/** For `docs/config.md` and `.env.example`. */
export const configSections: readonly ConfigSection[] = [
  { title: "Platform", shape: platformConfig },
  { title: "Gateway", shape: gatewayConfig },
  { title: "Web", shape: webConfig },
  { title: "Model providers", shape: providersConfig },
];

export type GaiaConfig = ConfigOf<typeof allShapes> & { readonly services: readonly ServiceName[] };

/** Reads and cross-checks all settings; throws `ConfigError` with every problem. */
export function readGaiaConfig(environment: Environment): GaiaConfig {
  const config = loadConfig(allShapes, environment);
  const natsUrl = config.NATS_URL === "disabled" ? undefined : config.NATS_URL;
  const services = selectServices(config.GAIA_SERVICES);
  const isPartial = services.length < serviceNames.length;
  const problems = [
    ...(isPartial && natsUrl === undefined ? [needed("NATS_URL")] : []),
    ...(isPartial && config.DATABASE_URL === undefined ? [needed("DATABASE_URL")] : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...config, NATS_URL: natsUrl, services };
}

function needed(name: string): { readonly name: string; readonly problem: string } {
  return { name, problem: "needed when GAIA_SERVICES is not `all`" };
}

function selectServices(text: string): ServiceName[] {
  if (text.trim() === "all") return [...serviceNames];
  const names = text.split(",").map((name) => name.trim().replace(/-service$/, ""));
  const unknown = names.filter((name) => !(serviceNames as readonly string[]).includes(name));
  if (unknown.length > 0) {
    const problem = `no service named ${unknown.join(", ")}; there are ${serviceNames.join(", ")}`;
    throw new ConfigError([{ name: "GAIA_SERVICES", problem }]);
  }
  return serviceNames.filter((name) => names.includes(name));
}
