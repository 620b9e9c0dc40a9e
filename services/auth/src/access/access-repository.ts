import type { Tables } from "@gaia/db";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { AccessFacts, KeyBound } from "./access-facts.ts";
import { StoredFacts } from "./stored-facts.ts";
import { isUnexpired } from "./time-of.ts";

/** Of which resources public shares are wanted: one that has a name, or without any name all of the type. */
export interface OpenTo {
  readonly type: string;
  readonly path?: string | undefined;
  readonly id?: string | undefined;
}

export interface WantedShares {
  readonly about: OpenTo | null;
  /** The moment for which they must not be over. */
  readonly now: Date;
}

/** One statement, so that all facts are of one moment. Of a person whom nobody knows, there are none. */
export async function loadUserFacts(
  kysely: Kysely<Tables>,
  { userId, key }: { readonly userId: string; readonly key: KeyBound | null },
  wanted: WantedShares,
): Promise<AccessFacts> {
  const { isActive, ...facts } = await loadStored(kysely, wanted, {
    userId: sql`${userId}::uuid`,
    isActive: sql`coalesce((select coalesce(is_active, true) from users where id = ${userId}), false)`,
    assigned: sql`select role_id, context_type, context_id, expires_at from user_roles where user_id = ${userId}`,
  });
  return { subject: { kind: "user", userId, isActive, key }, ...facts };
}

/** Guests hold the role `guest` everywhere, and what is shared with everybody. */
export async function loadGuestFacts(kysely: Kysely<Tables>, wanted: WantedShares): Promise<AccessFacts> {
  const { isActive: _isActive, ...facts } = await loadStored(kysely, wanted, {
    userId: sql`null::uuid`,
    isActive: sql`true`,
    assigned: sql`
      select id as role_id, 'global' as context_type, 'global' as context_id, null::timestamp as expires_at
      from roles where name = 'guest'`,
  });
  return { subject: { kind: "guest" }, ...facts };
}

interface SubjectQuery {
  readonly userId: RawBuilder<unknown>;
  readonly isActive: RawBuilder<unknown>;
  readonly assigned: RawBuilder<unknown>;
}

async function loadStored(kysely: Kysely<Tables>, wanted: WantedShares, { userId, isActive, assigned }: SubjectQuery) {
  const { rows } = await sql<{ facts: unknown }>`
    with recursive member_teams as (
      select team_id, team_role from team_members where user_id = ${userId}
    ), member_workspaces as (
      select workspace_id from workspace_members where user_id = ${userId}
    ), assigned as (
      ${assigned}
    ), given as (
      select * from user_permissions where user_id = ${userId}
    ), contexts as (
      select context_type, lower(context_id) as context_id from assigned
      union select context_type, lower(context_id) from given
    ), ${teams}, held_roles as (
      select * from roles where id in (select role_id from assigned)
    ), principals as (
      select 'user' as principal_type, ${userId}::text as principal_id
      union select 'team', id::text from teams_above
      union select 'workspace', workspace_id::text from member_workspaces
      union select 'role', id::text from held_roles
      union select 'role', name from held_roles
    )
    select jsonb_build_object('isActive', ${isActive}, ${places}, ${roles}, ${grants},
      'shares', ${shares(wanted)}) as facts
  `.execute(kysely);
  return StoredFacts.parse(rows[0]?.facts);
}

// Up from the memberships, for grants to the teams above; down from memberships and contexts, for what reaches below.
const teams = sql`
  teams_above as (
    select id, parent_team_id, is_active from teams where id in (select team_id from member_teams)
    union
    select above.id, above.parent_team_id, above.is_active
    from teams above join teams_above below on below.parent_team_id = above.id
  ), teams_below as (
    select id, parent_team_id, is_active from teams
    where id in (select team_id from member_teams)
      or id::text in (select context_id from contexts where context_type = 'team')
    union
    select below.id, below.parent_team_id, below.is_active
    from teams below join teams_below above on below.parent_team_id = above.id
  )`;

const places = sql`
  'teams', ${list(
    sql`jsonb_build_object('id', id, 'parentId', parent_team_id, 'isActive', is_active is not false)`,
    sql`from (select * from teams_above union select * from teams_below) as teams`,
  )},
  'workspaces', ${list(
    sql`jsonb_build_object('id', id, 'expiresAt', ${moment("expires_at")},
      'isActive', coalesce(status, 'active') = 'active' and archived_at is null)`,
    sql`from workspaces where id in (select workspace_id from member_workspaces)
      or id::text in (select context_id from contexts where context_type = 'workspace')`,
  )},
  'teamMemberships', ${list(sql`jsonb_build_object('teamId', team_id, 'teamRole', team_role)`, sql`from member_teams`)},
  'workspaceMemberships', ${list(sql`jsonb_build_object('workspaceId', workspace_id)`, sql`from member_workspaces`)}`;

const permission = sql`jsonb_build_object('id', permissions.id, 'type', permissions.resource_type,
  'path', permissions.resource_path, 'action', permissions.action)`;

const roles = sql`
  'roles', ${list(
    sql`jsonb_build_object('id', id, 'name', name, 'isActive', is_active is not false, 'permissions', ${list(
      permission,
      sql`from role_permissions join permissions on permissions.id = role_permissions.permission_id
        where role_permissions.role_id = held_roles.id`,
    )})`,
    sql`from held_roles`,
  )},
  'roleAssignments', ${list(
    sql`jsonb_build_object('roleId', role_id, 'context', ${context()}, 'expiresAt', ${moment("expires_at")})`,
    sql`from assigned`,
  )},
  'userPermissions', ${list(
    sql`jsonb_build_object('permission', ${permission}, 'granted', granted, 'context', ${context()},
      'expiresAt', ${moment("expires_at")})`,
    sql`from given join permissions on permissions.id = given.permission_id`,
  )}`;

const grants = sql`
  'resourcePermissions', ${list(
    sql`jsonb_build_object('id', id, 'type', resource_type, 'resource', resource_id,
      'grantee', jsonb_build_object('type', principal_type, 'id', principal_id),
      'actions', permissions, 'expiresAt', ${moment("expires_at")})`,
    sql`from resource_permissions where (principal_type, principal_id) in (select * from principals)`,
  )}`;

// A direct share names its recipient in its metadata; a link is a credential of its own and gives nothing to a principal.
function shares({ about, now }: WantedShares): RawBuilder<unknown> {
  return list(
    sql`jsonb_build_object('id', id, 'type', resource_type, 'resource', resource_id,
      'grantee', case share_type when 'public' then '"everyone"' else jsonb_build_object(
        'type', metadata ->> 'shared_with_type', 'id', metadata ->> 'shared_with_id') end,
      'actions', permissions, 'isActive', true, 'expiresAt', ${moment("expires_at")})`,
    sql`from shared_resources
      where is_active is not false and ${isUnexpired("expires_at", now)} and (${isPublicShareOf(about)} or coalesce(share_type, 'direct') = 'direct'
        and (metadata ->> 'shared_with_type', metadata ->> 'shared_with_id') in (select * from principals))`,
  );
}

function isPublicShareOf(about: OpenTo | null): RawBuilder<unknown> {
  if (about === null) return sql`false`;
  const { type, path, id } = about;
  const isOfType = sql`share_type = 'public' and resource_type = ${type}`;
  if (path === undefined && id === undefined) return isOfType;
  return sql`(${isOfType} and resource_id in (${sql.join(patternsOf([path, id]))}))`;
}

/** All that a stored name or pattern can say to select one of the names (`path-pattern.ts`). */
function patternsOf(names: readonly (string | undefined)[]): string[] {
  const patterns = names.flatMap((name) => {
    if (name === undefined) return [];
    const steps = name.split("/");
    const folders = steps.slice(0, -1).map((_step, index) => `${steps.slice(0, index + 1).join("/")}/*`);
    return [name, ...folders];
  });
  return ["*", ...patterns];
}

function context(): RawBuilder<unknown> {
  return sql`jsonb_build_object('type', context_type, 'id', context_id)`;
}

/**
 * Milliseconds since 1970, whether the column has a time zone, as in some of the original's databases, or is in UTC;
 * `infinity` is never, as null is.
 */
function moment(column: string): RawBuilder<unknown> {
  const value = sql.ref(column);
  return sql`case when isfinite(${value}) then extract(epoch from ${value})::float8 * 1000 when ${value} < now() then 0 end`;
}

function list(item: RawBuilder<unknown>, from: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`coalesce((select jsonb_agg(${item}) ${from}), '[]')`;
}
