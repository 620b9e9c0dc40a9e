import { shares as contract } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Expression, type Kysely, sql, type SqlBool } from "kysely";
import { findHoldings } from "../access/holders.ts";
import type { Access } from "../access/open-access.ts";
import { isCurrent } from "../access/statement.ts";
import { selectShares } from "./share-repository.ts";

/** The shares that somebody made, those that give them something, and those of resources that they administer. */
export function selectSeenShares(kysely: Kysely<Tables>, access: Access) {
  return selectShares(kysely).where((where) =>
    where.or([
      access.filter({ action: "read", type: "share" }, { id: sql.ref("id"), ownerId: sql.ref("shared_by") }),
      isWithAsker(access),
      ...contract.shareableTypes.map((type) => isAdministered(access, type)),
    ]),
  );
}

/** Shares with the asker, or with a team or workspace that they belong to; public ones are with nobody. */
export function isWithAsker(access: Access): Expression<SqlBool> {
  const { subject } = access.facts;
  if (subject.kind !== "user") return sql<boolean>`false`;
  const isAsked = access.decide("read", { type: "share", ownerId: subject.userId }).allowed;
  const ids = isAsked ? idsOfReceived(access) : [];
  return sql<boolean>`id = any(${ids}::uuid[])`;
}

function idsOfReceived({ facts, now }: Access): string[] {
  return facts.shares
    .filter((share) => share.isActive && isCurrent(share, { now }))
    .filter(({ type, grantee }) => {
      const question = { type, action: "read", now };
      return grantee !== "everyone" && findHoldings(facts, grantee, question).length > 0;
    })
    .map(({ id }) => id);
}

function isAdministered(access: Access, type: string): Expression<SqlBool> {
  const path = sql<string | null>`case when resource_id like '/%' then resource_id end`;
  const id = sql<string | null>`case when resource_id not like '/%' then resource_id end`;
  return sql<boolean>`(resource_type = ${type} and ${access.filter({ action: "admin", type }, { path, id })})`;
}
