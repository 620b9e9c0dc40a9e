import { sql } from "kysely";
import type { AuthDeps } from "../deps.ts";
import { announceAccessChange } from "../access/announce-access-change.ts";
import type { User } from "./user-repository.ts";

interface TokenSubject {
  readonly id: string;
  readonly email: string | undefined;
  /** Unix seconds. */
  readonly issuedAt: number | null;
}

type Known = User & { readonly isActive: boolean; readonly updatedAt: Date | null };

/**
 * The local row of a token's subject, made at first sight with the same id; `null` for a user who was switched off.
 *
 * An address that another row has already is not taken as proof that both are one person: whoever may sign up in the
 * project with any address would become that user. Such a newcomer gets a row with an address of its own.
 *
 * Where a project keeps the accounts, later tokens tell of a new address.
 */
export async function ensureTokenUser(
  deps: Pick<AuthDeps, "kysely" | "log" | "now" | "supabase">,
  subject: TokenSubject,
): Promise<User | null> {
  const { kysely, log } = deps;
  const known = await findUser(kysely, subject.id);
  if (known !== undefined) return known.isActive ? followAddress(deps, known, subject) : null;
  const ownAddress = `${subject.id}@gaia.local`;
  const wanted = subject.email?.trim().toLowerCase() || ownAddress;
  await insertRow(kysely, subject.id, wanted);
  const made = await findUser(kysely, subject.id);
  if (made !== undefined) return made;
  log.warn({ service: "auth", userId: subject.id }, "a new user's address belongs to another user already");
  await insertRow(kysely, subject.id, ownAddress);
  return (await findUser(kysely, subject.id)) ?? null;
}

/** Only a token that is newer than the row, lest an older one bring the former address back. */
async function followAddress(
  { kysely, now, supabase }: Pick<AuthDeps, "kysely" | "now" | "supabase">,
  known: Known,
  { email, issuedAt }: TokenSubject,
): Promise<User> {
  const wanted = email?.trim().toLowerCase() ?? "";
  const isNewer = issuedAt !== null && (known.updatedAt === null || issuedAt * 1000 > known.updatedAt.getTime());
  if (supabase === null || wanted === "" || wanted === known.email.toLowerCase() || !isNewer) return known;
  return kysely.transaction().execute(async (transaction) => {
    const changed = await transaction
      .updateTable("users")
      .set({ email: wanted, updated_at: new Date(issuedAt * 1000) })
      .where("id", "=", known.id)
      .where((where) =>
        where.not(
          where.exists(
            where
              .selectFrom("users as other")
              .select("other.id")
              .where(sql`lower(other.email)`, "=", wanted),
          ),
        ),
      )
      .returning(["id", "email"])
      .executeTakeFirst();
    if (changed === undefined) return known;
    await announceAccessChange(transaction, { userIds: [known.id], requestId: null, now: now() });
    return changed;
  });
}

async function findUser(kysely: AuthDeps["kysely"], id: string): Promise<Known | undefined> {
  return kysely
    .selectFrom("users")
    .select(["id", "email", "updated_at as updatedAt", sql<boolean>`coalesce(is_active, true)`.as("isActive")])
    .where("id", "=", id)
    .executeTakeFirst();
}

async function insertRow(kysely: AuthDeps["kysely"], id: string, email: string): Promise<void> {
  await kysely
    .insertInto("users")
    .values({ id, email })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
