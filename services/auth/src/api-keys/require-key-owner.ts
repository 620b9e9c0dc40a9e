import { forbidden, notFound, userIdOf } from "@gaia/contracts";
import type { Auditor, Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { loadFacts } from "../access/load-facts.ts";
import type { Access } from "../access/open-access.ts";
import { requireNotAbove } from "../access/require-not-above.ts";
import type { StoredKey } from "./api-key-repository.ts";

interface Asking {
  readonly kysely: Kysely<Tables>;
  readonly access: Access;
}

/** Whose keys are meant: one's own, or for administrators those of others. To everybody else the others do not exist. */
export async function findKeyOwner(
  { kysely, access }: Asking,
  { principal }: Pick<Auditor, "principal">,
  userId: string | undefined,
): Promise<{ readonly userId: string; readonly isOneself: boolean }> {
  const own = userIdOf(principal);
  const wanted = userId ?? own;
  if (wanted === null) throw forbidden("api-key:write");
  if (wanted === own) return { userId: wanted, isOneself: true };
  const user = isAdministrator(access)
    ? await kysely.selectFrom("users").select("id").where("id", "=", wanted).executeTakeFirst()
    : undefined;
  if (user === undefined) throw notFound("user", wanted);
  return { userId: wanted, isOneself: false };
}

/** Throws unless the key is the asker's own and this is allowed with it, or the asker administers accounts. */
export function requireKey(access: Access, action: "read" | "write", key: Pick<StoredKey, "id" | "user_id">): void {
  const { subject } = access.facts;
  const isOwn = subject.kind === "user" && subject.userId === key.user_id;
  if (!isOwn && isAdministrator(access)) return;
  const resource = { type: "api-key", id: key.id, ownerId: key.user_id };
  access.requireOn({ kind: "API key", id: key.id }, action, resource);
}

/** A key opens the whole account, so it is made for nobody who administers more than whoever makes it. */
export async function requireOwnerNotAbove({ kysely, access }: Asking, userId: string): Promise<void> {
  requireNotAbove(access, await loadFacts({ kysely }, { kind: "user", userId }));
}

function isAdministrator(access: Access): boolean {
  return access.decide("users", { type: "admin" }).allowed;
}
