import { forbidden, notFound } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import type { GrantContext } from "./access-facts.ts";
import { administrationOf } from "./grant-context.ts";
import type { Access } from "./open-access.ts";
import type { Resource } from "./selector.ts";

/** What administrators manage, as the actions on the resource type `admin` are called. */
export type Administration = "roles" | "permissions" | "users";

/**
 * Throws unless the context is the asker's to administer: everywhere, or as far as a role or grant in a team or
 * workspace reaches. A team or workspace that the asker cannot see does not exist.
 */
export async function requireAdministration(
  { kysely, access }: { readonly kysely: Kysely<Tables>; readonly access: Access },
  action: Administration,
  context: GrantContext,
): Promise<void> {
  const { allowed } = access.decide(action, administrationOf(context));
  if (context.type === "team" || context.type === "workspace") {
    const place = await findPlace(kysely, { type: context.type, id: context.id });
    const isSeen = place !== undefined && (allowed || access.decide("read", place).allowed);
    if (!isSeen) throw notFound(context.type, context.id);
  }
  if (!allowed) throw forbidden(`admin:${action}`);
}

async function findPlace(
  kysely: Kysely<Tables>,
  { type, id }: { readonly type: "team" | "workspace"; readonly id: string },
): Promise<Resource | undefined> {
  if (type === "team") {
    const team = await kysely.selectFrom("teams").select("id").where("id", "=", id).executeTakeFirst();
    return team && { type, id, teamId: id };
  }
  const workspace = await kysely
    .selectFrom("workspaces")
    .select(sql<string | null>`coalesce(owner_id, created_by)`.as("ownerId"))
    .where("id", "=", id)
    .executeTakeFirst();
  return workspace && { type, id, workspaceId: id, ...ownedBy(workspace.ownerId) };
}

function ownedBy(ownerId: string | null): Pick<Resource, "ownerId"> {
  return ownerId === null ? {} : { ownerId };
}

/** Throws unless the asker administers something somewhere; lists then show what that is. */
export function requireAnyAdministration(access: Access, actions: readonly Administration[]): void {
  if (!actions.some((action) => access.reaches({ type: "admin", action }))) throw forbidden(`admin:${actions[0]}`);
}
