import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeTeams } from "./teams.ts";

describeTeams("distributed", startDistributedWorld);
