import { conflict } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import { operator } from "../api-keys/operator.ts";
import type { AuthDeps } from "../deps.ts";
import { insertUser, type User } from "./user-repository.ts";

/** An account for somebody, made by whoever runs the installation. */
export async function createUser(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  input: { readonly email: string; readonly name: string | null },
): Promise<User> {
  return kysely.transaction().execute(async (transaction) => {
    const user = await insertUser(transaction, { ...input, email: input.email.trim().toLowerCase() });
    if (user === undefined) throw conflict("user.exists", "This email is already registered");
    const target = { type: "user", id: user.id };
    const entry = { action: "user.registered", target, targetUserId: user.id } as const;
    await appendAuditEntry(transaction, operator, entry, now());
    return user;
  });
}
