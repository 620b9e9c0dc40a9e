import { assignRole } from "@gaia/auth";
import * as z from "zod";
import { defineCommand } from "../command.ts";
import { jsonOption } from "../command-fields.ts";
import { exitCodes } from "../exit-codes.ts";
import { readExpiry } from "../keys/read-expiry.ts";
import { renderJson } from "../render-json.ts";
import { withDatabase } from "../with-database.ts";
import { assignmentFields, describePlace, operator, readAssignment } from "./assignment-fields.ts";

const Input = z.object({
  ...assignmentFields,
  expires: z.string().optional().meta({ placeholder: "date|30d|12h", description: "When it ends; by default never" }),
  json: jsonOption,
});

export const assignRoleCommand = defineCommand({
  name: "roles assign",
  summary: "Give an account a role, such as super_admin to the first administrator",
  arguments: ["mail", "role"],
  input: Input,
  async run({ output, environment, now }, input) {
    const expires_at = input.expires === undefined ? null : readExpiry(input.expires, now()).toISOString();
    const assigned = await withDatabase(environment, async (database) => {
      const { kysely } = database;
      return assignRole({ kysely, now }, operator, { ...(await readAssignment(database, input)), expires_at });
    });
    const end = expires_at === null ? "" : ` until ${expires_at}`;
    output.print(
      input.json ? renderJson(assigned) : `${assigned.email} has the role ${input.role}${describePlace(input)}${end}`,
    );
    return exitCodes.ok;
  },
});
