import { type accounts, notFound, type OutputOf, type Principal } from "@gaia/contracts";
import * as z from "zod";
import type { AccessFacts } from "../access/access-facts.ts";
import { loadFacts } from "../access/load-facts.ts";
import type { AccountDeps } from "./account-deps.ts";
import { toWireTime } from "./to-wire-time.ts";

type Profile = OutputOf<typeof accounts.getProfile>;

/** Who somebody is and what they may do with the credential that they show. */
export async function getProfile(
  { kysely, now, provider }: AccountDeps,
  principal: Principal,
  accessToken: string | null,
): Promise<Profile> {
  if (principal.kind !== "user" && principal.kind !== "api-key") throw notFound("account");
  const { userId: id } = principal;
  // A key has nothing to do with whatever token stands beside it.
  const token = principal.kind === "user" ? accessToken : null;
  const [user, facts, metadata] = await Promise.all([
    kysely.selectFrom("users").select(["email", "name", "created_at"]).where("id", "=", id).executeTakeFirst(),
    loadFacts({ kysely }, principal),
    provider.findMetadata({ id, accessToken: token }),
  ]);
  if (user === undefined) throw notFound("account");
  return {
    id,
    email: user.email,
    name: user.name ?? nameIn(metadata),
    metadata,
    created_at: user.created_at === null ? null : toWireTime(user.created_at.toISOString()),
    roles: rolesEverywhere(facts, now()),
    team_ids: facts.teamMemberships.map(({ teamId }) => teamId),
    workspace_ids: facts.workspaceMemberships.map(({ workspaceId }) => workspaceId),
    permissions: [...principal.permissions],
  };
}

function nameIn(metadata: Readonly<Record<string, unknown>> | null): string | null {
  return z.string().safeParse(metadata?.["name"]).data ?? null;
}

function rolesEverywhere({ roles, roleAssignments }: AccessFacts, now: Date): string[] {
  const counting = roleAssignments.filter(
    ({ context, expiresAt }) => context.type === "global" && (expiresAt === null || expiresAt > now),
  );
  const ids = new Set(counting.map(({ roleId }) => roleId));
  return roles
    .filter(({ id, isActive }) => isActive && ids.has(id))
    .map(({ name }) => name)
    .toSorted();
}
