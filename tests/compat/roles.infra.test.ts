import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeRoles } from "./roles.ts";

describeRoles("distributed", startDistributedWorld);
