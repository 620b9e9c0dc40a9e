import { GaiaError } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Kysely, Selectable } from "kysely";
import { findInvitation, type InvitationName, isPending, lockInvitation, placeOf } from "./invitation-repository.ts";
import type { Invited } from "./find-invited.ts";
import { type LockedPlace, lockPlace } from "./lock-place.ts";

interface HeldInvitation {
  readonly row: Selectable<Tables["invitations"]>;
  readonly place: LockedPlace;
}

/**
 * An invitation that still counts, for the person it was sent to. The place is held first and then the invitation, by
 * everybody in this order; what was accepted meanwhile counts no more.
 */
export async function holdInvitation(
  transaction: Kysely<Tables>,
  name: InvitationName,
  { email, now }: Pick<Invited, "email"> & { readonly now: Date },
): Promise<HeldInvitation> {
  const seen = await findInvitation(transaction, name);
  if (seen === undefined || !isPending(seen, now)) throw over();
  // Who only guesses ids learns nothing; who holds the mail may know that another account is meant.
  if (seen.email !== email) throw "id" in name ? over() : otherAddress();
  const place = await lockPlace(transaction, placeOf(seen), now);
  const row = await lockInvitation(transaction, name);
  if (row === undefined || !isPending(row, now)) throw over();
  return { row, place };
}

/** One answer for what never was, was used, was taken back or is too old. */
export function over(): GaiaError {
  return new GaiaError("NOT_FOUND", "There is no such invitation, or it is over", { reason: "invitation.over" });
}

function otherAddress(): GaiaError {
  return new GaiaError("FORBIDDEN", "The invitation is for the account of another address", {
    reason: "invitation.other_address",
  });
}
