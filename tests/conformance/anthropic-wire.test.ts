import { startGaia } from "../support/start-gaia.ts";
import { describeAnthropicWire } from "./anthropic-wire.ts";

describeAnthropicWire("all in one", startGaia);
