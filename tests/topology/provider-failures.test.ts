import { startGaia } from "../support/start-gaia.ts";
import { describeProviderFailures } from "./provider-failures.ts";

describeProviderFailures("all in one", startGaia);
