import { startGaia } from "../support/start-gaia.ts";
import { describeGateway } from "./gateway.ts";

describeGateway("all in one", startGaia);
