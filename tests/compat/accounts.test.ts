import { startGaia } from "../support/start-gaia.ts";
import { describeAccounts } from "./accounts.ts";

describeAccounts("all in one", startGaia);
