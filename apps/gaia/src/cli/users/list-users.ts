import { type ListedUser, listUsers } from "@gaia/auth";
import * as z from "zod";
import { defineCommand } from "../command.ts";
import { jsonOption } from "../command-fields.ts";
import { exitCodes } from "../exit-codes.ts";
import { renderColumns } from "../render-columns.ts";
import { renderJson } from "../render-json.ts";
import { renderTime } from "../render-time.ts";
import { withDatabase } from "../with-database.ts";

export const listUsersCommand = defineCommand({
  name: "users list",
  summary: "Show all accounts",
  input: z.object({ json: jsonOption }),
  async run({ output, environment }, { json }) {
    const users = await withDatabase(environment, ({ kysely }) => listUsers(kysely));
    if (json) output.print(renderJson(users.map(toJson)));
    else if (users.length === 0) output.note("There are no accounts.");
    else output.print(renderTable(users));
    return exitCodes.ok;
  },
});

function toJson({ id, email, name, isActive, createdAt }: ListedUser): object {
  return { id, user: email, name, active: isActive, created_at: createdAt?.toISOString() ?? null };
}

function renderTable(users: readonly ListedUser[]): string {
  const head = ["ID", "USER", "NAME", "ACTIVE", "CREATED"];
  const rows = users.map(({ id, email, name, isActive, createdAt }) => [
    id,
    email,
    name ?? "-",
    isActive ? "yes" : "no",
    renderTime(createdAt),
  ]);
  return renderColumns([head, ...rows]);
}
