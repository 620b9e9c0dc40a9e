import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeAccounts } from "./accounts.ts";

describeAccounts("distributed", startDistributedWorld);
