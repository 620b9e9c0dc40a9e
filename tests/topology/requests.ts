import { randomUUID } from "node:crypto";
import type { World } from "../support/start-gaia.ts";

interface Posting {
  /** Of the caller; the development key where it is left out. */
  readonly key?: string;
  readonly requestId?: string;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends JSON as an engine client does. */
export function post(world: World, path: string, body: unknown, posting: Posting = {}): Promise<Response> {
  const { key = world.key, requestId = randomUUID(), signal, headers } = posting;
  return fetch(world.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key, "x-request-id": requestId, ...headers },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

export function get(world: World, path: string, key = world.key): Promise<Response> {
  return fetch(world.url + path, { headers: { "x-api-key": key } });
}

// What tests look at in answers of many shapes; a missing field is `undefined` and fails their expectation.
export interface Answer {
  readonly [field: string]: any; // oxlint-disable-line typescript/no-explicit-any -- answers are the thing under test
}

export async function jsonOf(response: Response): Promise<Answer> {
  return (await response.json()) as Answer;
}

/** The data of each event of a stream; comments are left out. */
export async function eventsOf(response: Response): Promise<string[]> {
  return dataOf(await response.text());
}

export function dataOf(text: string): string[] {
  return text
    .split("\n\n")
    .filter((event) => event.startsWith("data:"))
    .map((event) => event.replace(/^data: ?/, ""));
}

/** The chunks of a stream of OpenAI's shape, without `[DONE]`. */
export function chunksOf(events: readonly string[]): Answer[] {
  return events.filter((data) => data !== "[DONE]").map((data) => JSON.parse(data) as Answer);
}

export function textOf(chunks: readonly Answer[]): string {
  return chunks.map((chunk) => String(chunk["choices"]?.[0]?.delta?.content ?? "")).join("");
}
