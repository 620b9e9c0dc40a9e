import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeAnthropicSdk } from "./anthropic-sdk.ts";

describeAnthropicSdk("distributed", startDistributedWorld);
