import type { IdentityUser } from "@gaia/contracts";
import { sql } from "kysely";
import { findIdentities } from "../accounts/account-repository.ts";
import { accountToUser } from "../accounts/account-to-user.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { invalidRequest } from "../identity-error.ts";

const defaultSize = 50;
const largestSize = 1000;
const lastPage = 1_000_000;

interface UserPage {
  readonly users: IdentityUser[];
  readonly total: number;
  readonly page: number;
  readonly size: number;
}

/** Newest first. Source: supabase/auth `internal/api/pagination.go` and `adminUsers`. */
export async function listIdentityUsers(
  { kysely }: Pick<IdentityDeps, "kysely">,
  input: { readonly page?: string | undefined; readonly per_page?: string | undefined },
): Promise<UserPage> {
  const page = readCount(input.page, 1, lastPage);
  const size = readCount(input.per_page, defaultSize, largestSize);
  const { total } = await kysely
    .selectFrom("auth.users")
    .select(sql<number>`count(*)::int`.as("total"))
    .executeTakeFirstOrThrow();
  const accounts = await kysely
    .selectFrom("auth.users")
    .selectAll()
    .orderBy("created_at", "desc")
    .orderBy("id")
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  const identities = await findIdentities(
    kysely,
    accounts.map(({ id }) => id),
  );
  const byUser = Map.groupBy(identities, (identity) => identity.user_id);
  return { users: accounts.map((account) => accountToUser(account, byUser.get(account.id) ?? [])), total, page, size };
}

function readCount(text: string | undefined, otherwise: number, largest: number): number {
  if (text === undefined || text === "") return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw invalidRequest(`Bad Pagination Parameters: "${text}" is no number`);
  return Math.min(largest, Math.max(1, Number(text)));
}
