import { startGaia } from "../support/start-gaia.ts";
import { describeLimits } from "./limits.ts";

describeLimits("all in one", startGaia);
