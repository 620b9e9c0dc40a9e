import { startGaia } from "../support/start-gaia.ts";
import { describeRouteAccess } from "./route-access.ts";

describeRouteAccess("all in one", startGaia);
