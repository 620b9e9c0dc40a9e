import { inspect } from "node:util";
import * as z from "zod";

const shown = "[secret]";

/** A value that no log, error or JSON shows by accident. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}

/** A setting that is read into a `Secret`. */
export function secret(): z.ZodType<Secret, string> {
  return z
    .string()
    .transform((value) => new Secret(value))
    .meta({ secret: true });
}
