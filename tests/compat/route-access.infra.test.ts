import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeRouteAccess } from "./route-access.ts";

describeRouteAccess("distributed", startDistributedWorld);
