import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeGateway } from "./gateway.ts";

describeGateway("distributed", startDistributedWorld);
