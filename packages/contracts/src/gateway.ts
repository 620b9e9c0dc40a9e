import * as z from "zod";
import { defineOperation, defineStream } from "./define.ts";

export const root = defineOperation({
  name: "gateway.root",
  summary: "What this is, and which API versions it serves",
  permission: "public",
  http: { method: "GET", path: "/" },
  input: z.object({}),
  output: z.object({ message: z.string(), versions: z.record(z.string(), z.string()), note: z.string() }),
  errors: ["RATE_LIMITED"],
});

export const addNumbers = defineOperation({
  name: "gateway.add-numbers",
  summary: "Add two numbers; the original's example route",
  permission: "public",
  http: { method: "POST", path: "/calculator/add" },
  input: z.object({ a: z.number().default(0), b: z.number().default(0) }),
  output: z.object({ result: z.number() }),
});

/** `response_time` is in seconds, as the original's monitors read it; `error` is a short reason, never driver text. */
const ServiceState = z.object({
  status: z.enum(["healthy", "unhealthy"]),
  response_time: z.number().optional(),
  error: z.string().optional(),
});
const PartState = z.enum(["healthy", "unhealthy", "not_configured"]);

export const Health = z
  .object({
    status: z.enum(["healthy", "degraded", "unhealthy"]),
    timestamp: z.iso.datetime(),
    version: z.string(),
    services: z.record(z.string(), ServiceState),
    database: z.object({
      status: PartState,
      database: z.literal("postgresql"),
      responsive: z.boolean(),
      response_time: z.number().optional(),
      error: z.string().optional(),
    }),
    redis: z.object({ status: PartState, connected: z.boolean() }),
    supabase: z.object({
      status: PartState,
      service: z.literal("supabase"),
      url: z.string().nullable(),
      responsive: z.boolean(),
      response_time: z.number().optional(),
    }),
    nats: z.object({ status: PartState, connected: z.boolean(), response_time: z.number().optional() }),
  })
  .meta({ id: "Health" });
export type Health = z.infer<typeof Health>;

export const health = defineOperation({
  name: "gateway.health",
  summary: "The state of every part, measured now; always 200",
  permission: "public",
  http: { method: "GET", path: "/health" },
  input: z.object({}),
  output: Health,
});

export const live = defineOperation({
  name: "gateway.live",
  summary: "The process runs",
  permission: "public",
  http: { method: "GET", path: "/health/live" },
  input: z.object({}),
  output: z.object({ status: z.literal("alive") }),
});

export const ready = defineOperation({
  name: "gateway.ready",
  summary: "Requests can be served: 200, or 503 while the database or a needed service is missing",
  permission: "public",
  http: { method: "GET", path: "/health/ready" },
  input: z.object({}),
  output: z.object({ status: z.literal("ready") }),
  errors: ["UNAVAILABLE"],
});

export const openApi = defineOperation({
  name: "gateway.openapi",
  summary: "This API as an OpenAPI 3.1 document",
  permission: "public",
  http: { method: "GET", path: "/openapi.json" },
  input: z.object({}),
  output: z.record(z.string(), z.unknown()),
});

export const docs = defineStream({
  name: "gateway.docs",
  summary: "The API for a reader, as a page",
  permission: "public",
  http: { method: "GET", path: "/docs", aliases: ["/redoc"], dialect: "html" },
  input: z.object({}),
  output: z.string(),
});
