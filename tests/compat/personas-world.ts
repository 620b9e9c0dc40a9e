import { randomUUID } from "node:crypto";
import type { Person } from "../support/start-gaia.ts";
import { type Headers, sendJson } from "../support/tenants.ts";
import type { ScriptedWorld } from "../support/worlds.ts";
import { type Answer, jsonOf } from "../topology/requests.ts";

/** What the sections of the personas' spec share. */
export interface PersonasWorld {
  readonly opened: () => ScriptedWorld;
  readonly newPerson: () => Promise<Person>;
}

export interface Sent {
  readonly status: number;
  readonly body: Answer;
}

/** Somebody with a key, or whatever else shows who calls. */
export type Caller = Pick<Person, "key"> | { readonly headers: Headers };

export const personasPath = "/api/v1/chat/personas";

export function personasClient({ opened }: Pick<PersonasWorld, "opened">) {
  const send = async (caller: Caller, method: string, path: string, body?: object): Promise<Sent> => {
    const headers = "headers" in caller ? caller.headers : { "x-api-key": caller.key };
    const response = await sendJson(opened().world, method, path, { headers, body });
    return { status: response.status, body: response.status === 204 ? {} : await jsonOf(response) };
  };
  return {
    send,
    /** Makes one and answers it. */
    async make(caller: Caller, fields: object = {}): Promise<Answer> {
      const made = await send(caller, "POST", personasPath, newPersona(fields));
      if (made.status !== 200) throw new Error(`${made.status} ${JSON.stringify(made.body)}`);
      return made.body["persona"] as Answer;
    },
    async namesFor(caller: Caller, query = ""): Promise<string[]> {
      const { body } = await send(caller, "GET", `${personasPath}${query}`);
      return (body["personas"] as Answer[]).map((persona) => String(persona["name"]));
    },
  };
}

/** With a name that no other test has given. */
export function newPersona(fields: object = {}) {
  const name = `Archivist ${randomUUID().slice(0, 8)}`;
  return { name, description: "Keeps records", system_prompt: "Speak plainly.", ...fields };
}
