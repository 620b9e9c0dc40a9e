import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeRevocation } from "./revocation.ts";

describeRevocation("distributed", startDistributedWorld);
