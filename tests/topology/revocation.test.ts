import { startGaia } from "../support/start-gaia.ts";
import { describeRevocation } from "./revocation.ts";

describeRevocation("all in one", startGaia);
