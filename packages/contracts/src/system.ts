import * as z from "zod";
import { defineEvent } from "./define.ts";
import { ServiceName } from "./principal.ts";

const ServiceHealthEvent = z.object({
  service_name: ServiceName,
  status: z.enum(["healthy", "unhealthy", "starting", "stopping"]),
  timestamp: z.iso.datetime(),
  details: z.record(z.string(), z.unknown()).nullable(),
});

export const serviceHealth = defineEvent({
  subject: "gaia.service.health",
  summary: "A service starts, stops or changes its health",
  payload: ServiceHealthEvent,
});

export const serviceReady = defineEvent({
  subject: "gaia.service.ready",
  summary: "A service answers requests",
  payload: ServiceHealthEvent,
});
