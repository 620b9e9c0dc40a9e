import { list, port } from "@gaia/kit/config/load-config";
import * as z from "zod";
import { limitsConfig } from "./limits/config.ts";

const serviceUrl = (service: string) =>
  z.url().optional().describe(`Where the ${service} service listens, when it runs in another process`);

export const gatewayConfig = {
  GATEWAY_PORT: port()
    .optional()
    .describe("Port of the public gateway, 8666 unless the host assigns one in PORT; 0 takes a free one"),
  PORT: port().optional().describe("Port that a host assigns to the gateway; GATEWAY_PORT wins"),
  ALLOWED_ORIGINS: list()
    .default(["http://localhost:8666", "http://localhost:8080"])
    .describe("Origins that browsers may call from, separated by commas; `*` allows all"),
  GATEWAY_REQUEST_TIMEOUT: z.coerce
    .number()
    .positive()
    .default(120)
    .describe("Seconds a request without streaming may take, the time of a model that thinks included"),
  RATE_LIMIT_REQUESTS: z.coerce
    .number()
    .int()
    .positive()
    .default(60)
    .describe("Requests to `GET /` per period and address"),
  RATE_LIMIT_PERIOD: z
    .enum(["second", "minute", "hour", "day"])
    .default("minute")
    .describe("Period of RATE_LIMIT_REQUESTS"),
  ...limitsConfig,
  AUTH_SERVICE_URL: serviceUrl("auth"),
  CHAT_SERVICE_URL: serviceUrl("chat"),
  KB_SERVICE_URL: serviceUrl("kb"),
  ASSET_SERVICE_URL: serviceUrl("asset"),
};
