import { startGaia } from "../support/start-gaia.ts";
import { describeHangUps } from "./hang-ups.ts";

describeHangUps("all in one", startGaia);
