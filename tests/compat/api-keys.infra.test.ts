import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeApiKeys } from "./api-keys.ts";

describeApiKeys("distributed", startDistributedWorld);
