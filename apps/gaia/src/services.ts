import { createAssetService } from "@gaia/asset";
import { createAuthService } from "@gaia/auth";
import { createChatService, createStreamLog, createUsageRecorder } from "@gaia/chat";
import type { ServiceName } from "@gaia/contracts";
import { createKbService } from "@gaia/kb";
import type { Service } from "@gaia/kit/service";
import { createModelRegistry } from "@gaia/providers";
import { identityOf, mailerOf, siteUrlOf, supabaseOf, tokenIssuerOf, tokenKeysOf } from "./identity.ts";
import type { Platform } from "./platform.ts";
import { version } from "./version.ts";

/** The services behind the gateway; gateway and web are edges and have listeners of their own. */
export type InnerServiceName = Exclude<ServiceName, "gateway" | "web">;

/** Whether the key of the original's README may work in this process's world. */
export function isDevelopmentKeyAllowed({ config }: Pick<Platform, "config">): boolean {
  const isLoopback = ["127.0.0.1", "localhost", "::1"].includes(config.GAIA_HOST);
  return config.GAIA_ENV === "development" && isLoopback;
}

/** Name to factory: a service exists in this process when `GAIA_SERVICES` names it. */
export const serviceFactories: Readonly<Record<InnerServiceName, (platform: Platform) => Service>> = {
  auth: (platform) => {
    const mailer = mailerOf(platform);
    const identity = identityOf(platform, mailer);
    return createAuthService(
      {
        kysely: platform.database.kysely,
        log: platform.log,
        background: platform.background,
        now: () => new Date(),
        limits: platform.limits,
        keyLimits: {
          requestsPerMinute: platform.config.GAIA_LIMIT_REQUESTS || null,
          tokensPerMinute: platform.config.GAIA_LIMIT_TOKENS || null,
        },
        mailer,
        get siteUrl() {
          return siteUrlOf(platform);
        },
        isDevelopmentKeyAllowed: isDevelopmentKeyAllowed(platform),
        tokenKeys: tokenKeysOf(platform, identity),
        get tokenIssuer() {
          return tokenIssuerOf(platform, identity);
        },
        identity,
        supabase: supabaseOf(platform),
      },
      version,
    );
  },
  chat: (platform) =>
    createChatService(
      {
        kysely: platform.database.kysely,
        models: createModelRegistry({ config: platform.config, log: platform.log }),
        transport: platform.transport,
        cache: platform.cache,
        limits: platform.limits,
        tokensPerMinute: platform.config.GAIA_LIMIT_TOKENS,
        streams: createStreamLog({
          kysely: platform.database.kysely,
          transport: platform.transport,
          log: platform.log,
        }),
        usage: createUsageRecorder({ kysely: platform.database.kysely, log: platform.log }),
        background: platform.background,
        log: platform.log,
        now: () => new Date(),
      },
      version,
    ),
  kb: () => createKbService(version),
  asset: () => createAssetService(version),
};

export const innerServiceNames: readonly InnerServiceName[] = ["auth", "chat", "kb", "asset"];
