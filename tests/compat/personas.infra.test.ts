import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describePersonas } from "./personas.ts";

describePersonas("distributed", startDistributedWorld);
