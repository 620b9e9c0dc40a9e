import { startGaia } from "../support/start-gaia.ts";
import { describePersonas } from "./personas.ts";

describePersonas("all in one", startGaia);
