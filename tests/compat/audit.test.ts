import { startGaia } from "../support/start-gaia.ts";
import { describeAudit } from "./audit.ts";

describeAudit("all in one", startGaia);
