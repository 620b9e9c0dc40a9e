import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeOpenAiSdk } from "./openai-sdk.ts";

describeOpenAiSdk("distributed", startDistributedWorld);
