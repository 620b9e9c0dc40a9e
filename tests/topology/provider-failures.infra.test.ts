import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeProviderFailures } from "./provider-failures.ts";

describeProviderFailures("distributed", startDistributedWorld);
