import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { revokeApiKey } from "@gaia/auth";
import { type RunningStream, streamForever, watchStream } from "../../../tests/support/endless-stream.ts";
import { mockModels, wireFormats } from "../../../tests/support/mock-providers.ts";
import { createPerson } from "../../../tests/support/start-gaia.ts";
import type { ScriptedWorld } from "../../../tests/support/worlds.ts";
import { dataOf, jsonOf, post } from "../../../tests/topology/requests.ts";

export const revocationKinds = ["key", "session"] as const;
export type RevocationKind = (typeof revocationKinds)[number];

interface Revocable {
  readonly headers: Readonly<Record<string, string>>;
  revoke(): Promise<unknown>;
}

// Whatever Gaia does in intervals, tries shall fall anywhere in them.
const longestPauseMs = 250;
const patienceMs = 15_000;

/** Milliseconds from just before somebody's credential is revoked to the last byte of the stream that it opened. */
export async function timeRevocation(scripted: ScriptedWorld, kind: RevocationKind): Promise<number> {
  const { headers, revoke } = kind === "key" ? await openKey(scripted) : await openSession(scripted);
  const stream = await openStream(scripted, headers);
  await within(Promise.race([stream.begun, stream.ended]), "first byte");
  await delay(Math.random() * longestPauseMs);
  const started = performance.now();
  await revoke();
  const { lastByteAt, text } = await within(stream.ended, "end");
  const last = dataOf(text).at(-1) ?? "";
  if (!last.includes('"invalid_api_key"')) throw new Error(`The stream ended, but not by the revocation: ${last}`);
  return lastByteAt - started;
}

/** Revoked as the command line does it: one transaction in the database. */
async function openKey({ world }: ScriptedWorld): Promise<Revocable> {
  const { key, keyId } = await createPerson(world);
  const deps = { kysely: world.database.kysely, now: () => new Date() };
  return { headers: { "x-api-key": key }, revoke: () => revokeApiKey(deps, { id: keyId }) };
}

async function openSession({ world }: ScriptedWorld): Promise<Revocable> {
  const account = { email: `${randomUUID()}@example.org`, password: "a long password" };
  const { access_token } = await jsonOf(await post(world, "/auth/v1/signup", account, { key: "" }));
  const headers = { authorization: `Bearer ${access_token}` };
  return { headers, revoke: () => post(world, "/auth/v1/logout?scope=local", {}, { key: "", headers }) };
}

async function openStream(
  { world, providers }: ScriptedWorld,
  headers: Readonly<Record<string, string>>,
): Promise<RunningStream> {
  const marker = randomUUID();
  providers.openai.script(marker, streamForever(wireFormats.openai, "word "));
  const body = { model: mockModels.openai, messages: [{ role: "user", content: marker }], stream: true };
  const response = await post(world, "/v1/chat/completions", body, { headers, key: headers["x-api-key"] ?? "" });
  if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`);
  return watchStream(response);
}

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  const over = new AbortController();
  const late = delay(patienceMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`A stream's ${what} did not come within ${patienceMs / 1000} s`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => undefined);
    over.abort();
  }
}
