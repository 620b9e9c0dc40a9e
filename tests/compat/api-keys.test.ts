import { startGaia } from "../support/start-gaia.ts";
import { describeApiKeys } from "./api-keys.ts";

describeApiKeys("all in one", startGaia);
