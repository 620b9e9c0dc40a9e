import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeEmbeddings } from "./embeddings.ts";

describeEmbeddings("distributed", startDistributedWorld);
