import { revokeApiKey } from "@gaia/auth";
import * as z from "zod";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { withDatabase } from "../with-database.ts";

const Input = z.object({
  id: z
    .uuid("Not the id of a key; `gaia keys list` shows them")
    .meta({ placeholder: "id", description: "As `gaia keys list` shows it" }),
});

export const revokeKeyCommand = defineCommand({
  name: "keys revoke",
  summary: "End an API key for good",
  arguments: ["id"],
  input: Input,
  async run({ output, environment, now }, { id }) {
    await withDatabase(environment, ({ kysely }) => revokeApiKey({ kysely, now }, { id }));
    output.print(`revoked ${id}`);
    if (output.isTerminal) output.note("Gateways that run refuse it within a second.");
    return exitCodes.ok;
  },
});
