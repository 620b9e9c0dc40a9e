import { access } from "@gaia/contracts";
import { type Binding, implement } from "@gaia/kit/binding";
import type { AuthDeps } from "../deps.ts";
import { collectStatements } from "./collect-statements.ts";
import { decide } from "./decide.ts";
import { checkPermission, explainAccess } from "./explain-access.ts";
import type { OpenTo } from "./access-repository.ts";
import { listOwnPermissions } from "./list-own-permissions.ts";
import { loadFacts } from "./load-facts.ts";

export const accessHandlers = (deps: Pick<AuthDeps, "kysely" | "now">): Binding[] => [
  implement(access.checkAccess, async ({ principal }, request) =>
    decide(await loadFacts(deps, principal, request.resource), request, deps.now()),
  ),
  implement(access.describeAccess, async ({ principal }, question) =>
    collectStatements(await loadFacts(deps, principal, openTo(question)), { ...question, now: deps.now() }),
  ),
  implement(access.checkPermission, (context, input) => checkPermission(deps, context, input)),
  implement(access.explainAccess, (context, input) => explainAccess(deps, context, input)),
  implement(access.listOwnPermissions, (context, input) => listOwnPermissions(deps, context, input)),
];

/** Public shares let people read, and no more. */
function openTo({ action, type }: { readonly action: string; readonly type: string }): OpenTo | null {
  return action === "read" ? { type } : null;
}
