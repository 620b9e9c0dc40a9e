import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeAudit } from "./audit.ts";

describeAudit("distributed", startDistributedWorld);
