import { startGaia } from "../support/start-gaia.ts";
import { describeDialects } from "./dialects.ts";

describeDialects("all in one", startGaia);
