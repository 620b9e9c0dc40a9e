import { unassignRole } from "@gaia/auth";
import * as z from "zod";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { withDatabase } from "../with-database.ts";
import { assignmentFields, describePlace, operator, readAssignment } from "./assignment-fields.ts";

export const unassignRoleCommand = defineCommand({
  name: "roles unassign",
  summary: "Take a role from an account",
  arguments: ["mail", "role"],
  input: z.object(assignmentFields),
  async run({ output, environment, now }, input) {
    await withDatabase(environment, async (database) => {
      await unassignRole({ kysely: database.kysely, now }, operator, await readAssignment(database, input));
    });
    output.print(`${input.mail} no longer has the role ${input.role}${describePlace(input)}`);
    return exitCodes.ok;
  },
});
