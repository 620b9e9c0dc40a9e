import { startGaia } from "../support/start-gaia.ts";
import { describeEmbeddings } from "./embeddings.ts";

describeEmbeddings("all in one", startGaia);
