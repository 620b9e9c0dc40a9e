import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeHangUps } from "./hang-ups.ts";

describeHangUps("distributed", startDistributedWorld);
