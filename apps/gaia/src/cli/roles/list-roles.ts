import { listRoles } from "@gaia/auth";
import type { Database } from "@gaia/db";
import * as z from "zod";
import { defineCommand, type World } from "../command.ts";
import { jsonOption } from "../command-fields.ts";
import { exitCodes } from "../exit-codes.ts";
import { renderColumns } from "../render-columns.ts";
import { renderJson } from "../render-json.ts";
import { withDatabase } from "../with-database.ts";
import { operator } from "./assignment-fields.ts";

export const listRolesCommand = defineCommand({
  name: "roles list",
  summary: "Show all roles and how many hold them",
  input: z.object({ json: jsonOption }),
  async run({ output, environment, now }, { json }) {
    const roles = await withDatabase(environment, (database) => listAll(database, now));
    output.print(json ? renderJson(roles) : renderTable(roles));
    return exitCodes.ok;
  },
});

type Roles = Awaited<ReturnType<typeof listRoles>>["roles"];

async function listAll({ kysely }: Database, now: World["now"]): Promise<Roles> {
  const found: Roles = [];
  let cursor: string | undefined;
  do {
    const page = await listRoles({ kysely, now }, operator, { limit: 100, cursor });
    found.push(...page.roles);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

function renderTable(roles: Roles): string {
  const head = ["ROLE", "NAME", "KIND", "ACTIVE", "PERMISSIONS", "HELD BY"];
  const rows = roles.map((role) => [
    role.name,
    role.display_name,
    role.role_type,
    role.is_active ? "yes" : "no",
    String(role.permission_count),
    String(role.assignment_count),
  ]);
  return renderColumns([head, ...rows]);
}
