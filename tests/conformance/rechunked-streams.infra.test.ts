import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeRechunkedStreams } from "./rechunked-streams.ts";

describeRechunkedStreams("distributed", startDistributedWorld);
