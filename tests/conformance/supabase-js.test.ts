import { freePort } from "../support/free-port.ts";
import { startGaia } from "../support/start-gaia.ts";
import { describeSupabaseJs } from "./supabase-js.ts";

// The links in mails name the port, so it must be known before.
describeSupabaseJs("all in one", async (settings) =>
  startGaia({ ...settings, GATEWAY_PORT: String(await freePort()) }),
);
