import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeAccountsOverSupabase } from "./accounts-over-supabase.ts";

describeAccountsOverSupabase("distributed", startDistributedWorld);
