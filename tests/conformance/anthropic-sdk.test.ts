import { startGaia } from "../support/start-gaia.ts";
import { describeAnthropicSdk } from "./anthropic-sdk.ts";

describeAnthropicSdk("all in one", startGaia);
