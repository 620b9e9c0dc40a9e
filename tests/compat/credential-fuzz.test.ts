import { startGaia } from "../support/start-gaia.ts";
import { describeCredentialFuzz } from "./credential-fuzz.ts";

describeCredentialFuzz("all in one", startGaia);
