import { randomUUID } from "node:crypto";
import type { Person, World } from "../support/start-gaia.ts";
import type { Answer } from "../topology/requests.ts";

/** What the sections of this spec share. */
export interface TeamsWorld {
  readonly world: () => World;
  /** As a person with their key; without one as the administrator of the first start. */
  readonly send: (person: Person | null, method: string, path: string, body?: object) => Promise<Sent>;
  readonly newPerson: () => Promise<Person>;
}

export interface Sent {
  readonly status: number;
  readonly body: Answer;
}

/** A name that no other test has given. */
export function newName(word: string): string {
  return `${word}-${randomUUID().slice(0, 8)}`;
}
