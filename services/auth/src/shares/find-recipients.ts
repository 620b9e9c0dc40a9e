import { GaiaError, type InputOf, notFound, type shares } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { limitExceeded } from "@gaia/kit/limits/limit-exceeded";
import type { RateLimit } from "@gaia/kit/limits/rate-limits";
import type { Kysely } from "kysely";
import type { Access } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { teamResource } from "../teams/team-access.ts";
import { requireTeam } from "../teams/team-repository.ts";
import { findUsableUser, findUserByEmail } from "../users/user-repository.ts";
import { workspaceResource } from "../workspaces/workspace-access.ts";
import { findWorkspace } from "../workspaces/workspace-repository.ts";
import type { Recipient } from "./recipient.ts";

type NamedRecipient = InputOf<typeof shares.createShare>["recipients"][number];

interface Sharing {
  readonly transaction: Kysely<Tables>;
  readonly access: Access;
  readonly limits: AuthDeps["limits"];
  readonly sharerId: string;
}

/** Each of them once. There must be an account, and teams and workspaces must be those that the sharer can see. */
export async function findRecipients(sharing: Sharing, named: readonly NamedRecipient[]): Promise<Recipient[]> {
  const found = new Map<string, Recipient>();
  for (const each of named) {
    const recipient = await findRecipient(sharing, each);
    found.set(`${recipient.type}:${recipient.id}`, recipient);
  }
  return [...found.values()];
}

async function findRecipient(sharing: Sharing, named: NamedRecipient): Promise<Recipient> {
  const { transaction, access } = sharing;
  if (named.type === "user") return { type: "user", id: await findAccount(sharing, named) };
  const { type, id } = named;
  if (type === "team") await requireTeam(transaction, id);
  const place = type === "team" ? teamResource(id) : workspaceResource(await findWorkspace(transaction, id));
  access.requireOn({ kind: type, id }, "read", place);
  return { type, id };
}

const unknownAddresses: RateLimit = { name: "unknown-share-addresses", count: 20, windowSeconds: 3600 };

/** A typing error or two is no way to find out who has an account. */
async function findAccount(
  { transaction, limits, sharerId }: Sharing,
  named: Extract<NamedRecipient, { readonly type: "user" }>,
): Promise<string> {
  const id = "id" in named ? named.id : await findAddress({ transaction, limits, sharerId }, named.email);
  const user = await findUsableUser(transaction, id);
  if (user === undefined) throw notFound("recipient", "id" in named ? named.id : named.email);
  if (user.id === sharerId) throw withOneself();
  return user.id;
}

async function findAddress({ transaction, limits, sharerId }: Omit<Sharing, "access">, email: string): Promise<string> {
  const standing = await limits.look(unknownAddresses, sharerId);
  if (!standing.isAllowed) throw limitExceeded(standing);
  const user = await findUserByEmail(transaction, email);
  if (user !== undefined) return user.id;
  await limits.add(unknownAddresses, sharerId, 1);
  throw notFound("recipient", email);
}

function withOneself(): GaiaError {
  const issues = [{ type: "custom", loc: ["body", "recipients"], msg: "Nobody shares with themselves" }];
  return new GaiaError("INVALID_INPUT", "Invalid input: body.recipients: Nobody shares with themselves", {
    reason: "share.with_oneself",
    issues,
  });
}
