import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeAnthropicWire } from "./anthropic-wire.ts";

describeAnthropicWire("distributed", startDistributedWorld);
