import { startGaia } from "../support/start-gaia.ts";
import { describeOpenAiSdk } from "./openai-sdk.ts";

describeOpenAiSdk("all in one", startGaia);
