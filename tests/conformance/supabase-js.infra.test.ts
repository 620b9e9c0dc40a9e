import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeSupabaseJs } from "./supabase-js.ts";

describeSupabaseJs("distributed", startDistributedWorld);
