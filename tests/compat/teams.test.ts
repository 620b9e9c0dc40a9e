import { startGaia } from "../support/start-gaia.ts";
import { describeTeams } from "./teams.ts";

describeTeams("all in one", startGaia);
