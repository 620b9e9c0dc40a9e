import { type InputOf, notFound, type shares } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import { type Access, openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { selectSeenShares } from "./select-seen-shares.ts";
import { lockShares, rowToShare, type ShareRow } from "./share-repository.ts";

export async function getShare(
  deps: Pick<AuthDeps, "kysely" | "now">,
  { principal }: Context,
  { share_id }: InputOf<typeof shares.getShare>,
): Promise<shares.Share> {
  return rowToShare(await findShare(deps.kysely, await openAccess(deps, principal), share_id));
}

/** For who will change it: as it is once nobody else changes shares of the resource. */
export async function holdShare(transaction: Kysely<Tables>, access: Access, shareId: string): Promise<ShareRow> {
  const { resource_type, resource_id } = await findShare(transaction, access, shareId);
  await lockShares(transaction, resource_type, resource_id);
  return findShare(transaction, access, shareId);
}

async function findShare(kysely: Kysely<Tables>, access: Access, shareId: string): Promise<ShareRow> {
  const row = await selectSeenShares(kysely, access).where("id", "=", shareId).executeTakeFirst();
  if (row === undefined) throw notFound("share", shareId);
  return row;
}
