import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeCredentialFuzz } from "./credential-fuzz.ts";

describeCredentialFuzz("distributed", startDistributedWorld);
