import { GaiaError } from "@gaia/contracts";
import { type RawBuilder, sql } from "kysely";
import type { UserName } from "../access/find-reached-user.ts";

interface Named {
  readonly user_id?: string | undefined;
  readonly email?: string | undefined;
}

/** The one way in which an input names somebody. */
export function readUserName({ user_id: id, email }: Named): UserName {
  if (id !== undefined && email === undefined) return { id };
  if (email !== undefined && id === undefined) return { email };
  const message = "Name the account by user_id or by email";
  throw new GaiaError("INVALID_INPUT", `Invalid input: body: ${message}`, {
    issues: [{ type: "custom", loc: ["body"], msg: message }],
  });
}

export function isNamed(name: UserName): RawBuilder<boolean> {
  if ("id" in name) return sql<boolean>`users.id = ${name.id}`;
  return sql<boolean>`lower(users.email) = ${name.email.trim().toLowerCase()}`;
}
