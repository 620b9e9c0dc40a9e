import { startGaia } from "../support/start-gaia.ts";
import { describeSupabaseJs } from "./supabase-js.ts";

describeSupabaseJs("all in one", startGaia);
