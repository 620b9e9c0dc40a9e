import { createUser } from "@gaia/auth";
import * as z from "zod";
import { defineCommand } from "../command.ts";
import { jsonOption, mail, nameOption } from "../command-fields.ts";
import { exitCodes } from "../exit-codes.ts";
import { renderJson } from "../render-json.ts";
import { withDatabase } from "../with-database.ts";

const Input = z.object({
  mail: mail.meta({ placeholder: "mail", description: "Its e-mail address" }),
  name: nameOption.meta({ description: "The name of the person" }),
  json: jsonOption,
});

export const createUserCommand = defineCommand({
  name: "users create",
  summary: "Create an account",
  arguments: ["mail"],
  input: Input,
  async run({ output, environment, now }, { mail: email, name = null, json }) {
    const user = await withDatabase(environment, ({ kysely }) => createUser({ kysely, now }, { email, name }));
    output.print(json ? renderJson({ id: user.id, user: user.email, name }) : `created ${user.email} (${user.id})`);
    return exitCodes.ok;
  },
});
