import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeResumableStreams } from "./resumable-streams.ts";

describeResumableStreams("distributed", startDistributedWorld);
