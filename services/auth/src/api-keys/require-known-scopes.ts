import { GaiaError, permissions } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { everyAction, ownerGrants } from "../access/default-grants.ts";

const questions = Object.values(permissions).flatMap(({ decidedBy }) =>
  typeof decidedBy === "string" ? [] : [decidedBy],
);
const builtInTypes = ["api", ...ownerGrants.types, ...questions.map(({ type }) => type)];
const builtInActions = [...everyAction, ...questions.map(({ action }) => action)];

/** Throws for a scope that nothing asks about and no permission names: it would silently allow nothing. */
export async function requireKnownScopes(kysely: Kysely<Tables>, scopes: readonly string[]): Promise<void> {
  const stored = await kysely.selectFrom("permissions").select(["resource_type", "action"]).distinct().execute();
  const types = new Set(["*", ...builtInTypes, ...stored.map(({ resource_type }) => resource_type)]);
  const actions = new Set(["*", ...builtInActions, ...stored.map(({ action }) => action)]);
  const unknown = scopes.findIndex((scope) => {
    const [type = "", action = ""] = scope.split(":");
    return scope !== "*" && !(types.has(type) && actions.has(action));
  });
  if (unknown === -1) return;
  const issue = { type: "custom", loc: ["body", "scopes", unknown], msg: "No such resource type or action" };
  throw new GaiaError("INVALID_INPUT", `Invalid input: ${issue.loc.join(".")}: ${issue.msg}`, { issues: [issue] });
}
