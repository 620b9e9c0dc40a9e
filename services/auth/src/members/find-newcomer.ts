import { GaiaError, notFound } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import type { Access } from "../access/open-access.ts";
import { findUsableUser, findUserByEmail } from "../users/user-repository.ts";

interface Named {
  readonly user_id?: string | undefined;
  readonly email?: string | undefined;
}

/**
 * Adding somebody without asking them is for who administers accounts, or all places of the kind; it also tells who has
 * an account, which is nobody else's business.
 */
export function requireAddingUnasked(access: Access, type: "team" | "workspace"): void {
  const mayAdd = access.decide("users", { type: "admin" }).allowed || access.decide("admin", { type }).allowed;
  if (mayAdd) return;
  throw new GaiaError("FORBIDDEN", "Invite people; only administrators add them without asking", {
    reason: `${type}.invitation_needed`,
  });
}

/** The id of the account that is meant, which must be one that can be used. */
export async function findNewcomer(kysely: Kysely<Tables>, { user_id, email }: Named): Promise<string> {
  if ((user_id === undefined) === (email === undefined)) {
    throw new GaiaError("INVALID_INPUT", "Invalid input: body: Name the account by user_id or by email", {
      issues: [{ type: "custom", loc: ["body"], msg: "Name the account by user_id or by email" }],
    });
  }
  const id = user_id ?? (await findUserByEmail(kysely, email ?? ""))?.id;
  const user = id === undefined ? undefined : await findUsableUser(kysely, id);
  if (user === undefined) throw notFound("user", user_id ?? email);
  return user.id;
}
