import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeDialects } from "./dialects.ts";

describeDialects("distributed", startDistributedWorld);
