import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import * as z from "zod";
import { placeOfPath } from "./grant-context.ts";
import type { Resource } from "./selector.ts";

interface Row {
  readonly teamId?: string | null | undefined;
  readonly workspaceId?: string | null | undefined;
  readonly ownerId?: string | null | undefined;
}

export interface NamedResource {
  readonly type: string;
  readonly path?: string | undefined;
  readonly id?: string | undefined;
  /** Where it lies and whose it is by what the asker says. */
  readonly claimed: Row;
}

export interface FoundResource {
  readonly resource: Resource;
  /** What somebody must administer to ask for others about it: where it lies for certain, or everything. */
  readonly administration: Resource;
  /** Whether where it lies and whose it is comes out of the database, and not from the asker. */
  readonly isStored: boolean;
}

type Find = (kysely: Kysely<Tables>, id: string) => Promise<Row | undefined>;

/** What Gaia's accounts and teams know themselves. Of everything else it knows what the caller says. */
const known: ReadonlyMap<string, Find> = new Map<string, Find>([
  ["team", (kysely, id) => kysely.selectFrom("teams").select("id as teamId").where("id", "=", id).executeTakeFirst()],
  [
    "workspace",
    (kysely, id) =>
      kysely
        .selectFrom("workspaces")
        .select(["id as workspaceId", sql<string | null>`coalesce(owner_id, created_by)`.as("ownerId")])
        .where("id", "=", id)
        .executeTakeFirst(),
  ],
  [
    "share",
    (kysely, id) =>
      kysely.selectFrom("shared_resources").select("shared_by as ownerId").where("id", "=", id).executeTakeFirst(),
  ],
  [
    "account",
    (kysely, id) => kysely.selectFrom("users").select("id as ownerId").where("id", "=", id).executeTakeFirst(),
  ],
  [
    "api-key",
    (kysely, id) => kysely.selectFrom("api_keys").select("user_id as ownerId").where("id", "=", id).executeTakeFirst(),
  ],
]);

/** The resource with what it belongs to: as it is stored, or as the asker claims where that is not Gaia's to know. */
export async function findResource(kysely: Kysely<Tables>, named: NamedResource): Promise<FoundResource> {
  const { type, path, id, claimed } = named;
  const find = id === undefined ? undefined : known.get(type);
  if (find !== undefined && id !== undefined) return findStored({ kysely, find }, type, id);
  const name = { ...(path === undefined ? {} : { path }), ...(id === undefined ? {} : { id }) };
  const resource = { type, ...name, ...belongingTo(claimed) };
  return { resource, administration: { type: "admin", ...certainPlaceOf(resource) }, isStored: false };
}

async function findStored(
  { kysely, find }: { readonly kysely: Kysely<Tables>; readonly find: Find },
  type: string,
  name: string,
): Promise<FoundResource> {
  const id = z.guid().toLowerCase().safeParse(name).data;
  const row = id === undefined ? {} : ((await find(kysely, id)) ?? {});
  const resource = { type, id: id ?? name, ...belongingTo(row) };
  const { ownerId: _, ...place } = belongingTo(row);
  return { resource, administration: { type: "admin", ...place }, isStored: true };
}

/** Documents lie where their path says. Of what has an id, somebody only claims where it lies. */
function certainPlaceOf({ type, path, id, teamId, workspaceId }: Resource): Pick<Resource, "teamId" | "workspaceId"> {
  if (path !== undefined) return type === "kb" ? placeOfPath(path) : {};
  return id === undefined ? belongingTo({ teamId, workspaceId }) : {};
}

/** What is known of it and nothing else. */
function belongingTo({ teamId, workspaceId, ownerId }: Row): Pick<Resource, "teamId" | "workspaceId" | "ownerId"> {
  return {
    ...(isKnown(teamId) ? { teamId } : {}),
    ...(isKnown(workspaceId) ? { workspaceId } : {}),
    ...(isKnown(ownerId) ? { ownerId } : {}),
  };
}

function isKnown(id: string | null | undefined): id is string {
  return id !== null && id !== undefined;
}
