import { startGaia } from "../support/start-gaia.ts";
import { describeAccountsOverSupabase } from "./accounts-over-supabase.ts";

describeAccountsOverSupabase("all in one", startGaia);
