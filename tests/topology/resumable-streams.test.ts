import { startGaia } from "../support/start-gaia.ts";
import { describeResumableStreams } from "./resumable-streams.ts";

describeResumableStreams("all in one", startGaia);
