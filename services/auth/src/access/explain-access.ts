import { type access as contract, forbidden, type InputOf, type OutputOf } from "@gaia/contracts";
import { type AccessColumns, filterInSql } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { sql } from "kysely";
import type { AuthDeps } from "../deps.ts";
import { collectStatements } from "./collect-statements.ts";
import { decide, type Decision } from "./decide.ts";
import { explain } from "./explain.ts";
import { findAsker } from "./find-asker.ts";
import { findResource, type NamedResource } from "./find-resource.ts";
import { type Asker, loadFacts } from "./load-facts.ts";
import { openAccess } from "./open-access.ts";
import type { Resource } from "./selector.ts";

type Deps = Pick<AuthDeps, "kysely" | "now">;

/** What somebody may do and why, asked of both interpreters of the rules: the one for one resource and that for lists. */
export async function explainAccess(
  deps: Deps,
  context: Pick<Context, "principal">,
  input: InputOf<typeof contract.explainAccess>,
): Promise<OutputOf<typeof contract.explainAccess>> {
  const { principal, action } = input;
  const named = { ...readResource(input.resource), claimed: claimsOf(input) };
  const { asker, resource, shown } = await findQuestion(deps, context, { principal, named });
  const facts = await loadFacts(deps, asker, resource);
  const now = deps.now();
  const { allowed, rule, because } = explain(facts, { action, resource }, now);
  const filter = filterInSql(collectStatements(facts, { action, type: resource.type, now }), columnsOf(resource));
  const { rows } = await sql<{ listed: boolean | null }>`select ${filter} as listed`.execute(deps.kysely);
  const listed = rows[0]?.listed ?? false;
  return { principal: nameOf(asker), action, resource: rowOf(shown), allowed, listed, rule, because };
}

/** The decision alone, about oneself or somebody whom one administers. */
export async function checkPermission(
  deps: Deps,
  context: Pick<Context, "principal">,
  input: InputOf<typeof contract.checkPermission>,
): Promise<Decision> {
  const { resource_type: type, resource_path: path, resource_id: id, user_id: userId } = input;
  const named = { type, path: path ?? undefined, id: id ?? undefined, claimed: claimsOf(input) };
  const { asker, resource } = await findQuestion(deps, context, { principal: userId ?? undefined, named });
  return decide(await loadFacts(deps, asker, resource), { action: input.action, resource }, deps.now());
}

interface Named {
  readonly principal: string | undefined;
  readonly named: NamedResource;
}

interface Asked {
  readonly asker: Asker;
  readonly resource: Resource;
  /** What the caller may know of the resource: to whom cannot see it, it looks as if it did not exist. */
  readonly shown: Resource;
}

/** Who and what is meant. Delegated administrators may ask about their people, in their places only. */
async function findQuestion(
  deps: Deps,
  { principal: caller }: Pick<Context, "principal">,
  { principal, named }: Named,
): Promise<Asked> {
  const access = await openAccess(deps, caller);
  const { asker, isOther } = await findAsker({ kysely: deps.kysely, access, principal: caller }, principal);
  const { resource, administration, isStored } = await findResource(deps.kysely, named);
  if (isOther && !access.decide("users", administration).allowed) throw forbidden("admin:users");
  const isSeen = isOther || !isStored || access.decide("read", resource).allowed;
  return { asker, resource, shown: isSeen ? resource : nameOnly(resource) };
}

function readResource(text: string): Pick<NamedResource, "type" | "path" | "id"> {
  const end = text.indexOf(":");
  if (end === -1) return { type: text };
  const type = text.slice(0, end);
  const name = text.slice(end + 1);
  if (name === "") return { type };
  return name.startsWith("/") ? { type, path: name } : { type, id: name };
}

function claimsOf(input: {
  readonly team_id?: string | undefined;
  readonly workspace_id?: string | undefined;
  readonly owner_id?: string | undefined;
}): NamedResource["claimed"] {
  return { teamId: input.team_id, workspaceId: input.workspace_id, ownerId: input.owner_id };
}

function nameOf(asker: Asker): string {
  switch (asker.kind) {
    case "guest":
      return "guest";
    case "service":
      return `service:${asker.name}`;
    case "user":
      return asker.userId;
    case "api-key":
      return `key:${asker.apiKeyId}`;
  }
}

function nameOnly({ type, path, id }: Resource): Resource {
  return { type, ...(path === undefined ? {} : { path }), ...(id === undefined ? {} : { id }) };
}

function rowOf({ type, path, id, teamId, workspaceId, ownerId }: Resource) {
  const place = { team_id: teamId ?? null, workspace_id: workspaceId ?? null, owner_id: ownerId ?? null };
  return { type, path: path ?? null, id: id ?? null, ...place };
}

function columnsOf({ path, id, teamId, workspaceId, ownerId }: Resource): AccessColumns {
  return {
    path: textOf(path),
    id: textOf(id),
    teamId: textOf(teamId),
    workspaceId: textOf(workspaceId),
    ownerId: textOf(ownerId),
  };
}

function textOf(value: string | undefined) {
  return sql<string | null>`${value ?? null}::text`;
}
