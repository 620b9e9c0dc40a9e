import { Client } from "pg";
import { clientConfiguration } from "./client-configuration.ts";

/** A connection of its own, for work that may take longer than a query of a request. */
export async function connectUnbounded(url: string): Promise<Client> {
  const client = new Client({ ...clientConfiguration(url), connectionTimeoutMillis: 10_000 });
  // Failures reach the query that is running; without a listener they would also end the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
