import { startGaia } from "../support/start-gaia.ts";
import { describeRechunkedStreams } from "./rechunked-streams.ts";

describeRechunkedStreams("all in one", startGaia);
