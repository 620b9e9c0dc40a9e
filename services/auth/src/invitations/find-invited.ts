import { forbidden } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import type { Access } from "../access/open-access.ts";
import { requirePerson } from "../members/require-person.ts";
import { findUsableUser } from "../users/user-repository.ts";

export interface Invited {
  readonly userId: string;
  /** In small letters. Rows of people get an address only once it was confirmed, or from whoever runs Gaia. */
  readonly email: string;
}

/** Who asks, by the address of their account, as far as the key in use lets them see or change what is theirs. */
export async function findInvited(
  { kysely, access }: { readonly kysely: Kysely<Tables>; readonly access: Access },
  context: Context,
  action: "read" | "write",
): Promise<Invited> {
  const userId = requirePerson(context, `account:${action}`);
  access.require(action, { type: "account", ownerId: userId });
  const user = await findUsableUser(kysely, userId);
  if (user === undefined) throw forbidden(`account:${action}`);
  return { userId, email: user.email.toLowerCase() };
}
