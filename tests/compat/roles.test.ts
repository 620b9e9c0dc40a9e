import { startGaia } from "../support/start-gaia.ts";
import { describeRoles } from "./roles.ts";

describeRoles("all in one", startGaia);
