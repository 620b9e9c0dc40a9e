import { rotateSigningKey } from "@gaia/auth";
import * as z from "zod";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { withDatabase } from "../with-database.ts";

const Input = z.object({
  forgetOlder: z
    .boolean()
    .default(false)
    .meta({ description: "Refuse tokens of older keys too, for a key that got out" }),
});

export const rotateSigningKeyCommand = defineCommand({
  name: "tokens rotate",
  summary: "Sign access tokens with a new key",
  input: Input,
  async run({ output, environment, now }, { forgetOlder }) {
    const { kid } = await withDatabase(environment, ({ kysely }) => rotateSigningKey({ kysely, now }, { forgetOlder }));
    output.print(kid);
    if (output.isTerminal) output.note("Processes that run sign with it within a minute.");
    return exitCodes.ok;
  },
});
