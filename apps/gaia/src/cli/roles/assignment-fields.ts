import { findRoleByName } from "@gaia/auth";
import type { Principal } from "@gaia/contracts";
import type { Database } from "@gaia/db";
import * as z from "zod";
import { UsageError } from "../usage-error.ts";

/** As whom the command line acts: the operator is nobody's account, and the audit trail says so. */
export const operator: { readonly principal: Principal; readonly requestId: null } = {
  principal: { kind: "service", name: "auth" },
  requestId: null,
};

const Place = z.uuid("Not an id").optional();

/** What names an assignment. */
export const assignmentFields = {
  // The Python system kept addresses as they were typed, so that any text may be one.
  mail: z.string().min(1, "Empty").max(255).meta({ placeholder: "mail", description: "Of the account" }),
  role: z.string().min(1, "Empty").max(100).meta({ placeholder: "role", description: "As `gaia roles list` shows it" }),
  team: Place.meta({ placeholder: "id", description: "Only in this team and those below it" }),
  workspace: Place.meta({ placeholder: "id", description: "Only in this workspace" }),
};

interface Assignment {
  readonly mail: string;
  readonly role: string;
  readonly team?: string | undefined;
  readonly workspace?: string | undefined;
}

/** The assignment in the words of the route. */
export async function readAssignment({ kysely }: Database, { mail, role, team, workspace }: Assignment) {
  if (team !== undefined && workspace !== undefined) throw new UsageError("--team and --workspace exclude each other");
  return { role_id: await findRoleByName({ kysely }, role), email: mail, ...readPlace({ team, workspace }) };
}

function readPlace({ team, workspace }: Pick<Assignment, "team" | "workspace">) {
  if (team !== undefined) return { context_type: "team", context_id: team } as const;
  if (workspace !== undefined) return { context_type: "workspace", context_id: workspace } as const;
  return { context_type: "global" } as const;
}

export function describePlace({ team, workspace }: Assignment): string {
  if (team !== undefined) return ` in the team ${team}`;
  return workspace === undefined ? "" : ` in the workspace ${workspace}`;
}
