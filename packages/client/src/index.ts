export { GaiaError, isGaiaError } from "@gaia/contracts";
export type { Call, CallOptions, Client, StreamCall } from "./client.ts";
export type { ClientOptions, Fetch } from "./connection.ts";
export { createClient } from "./create-client.ts";
