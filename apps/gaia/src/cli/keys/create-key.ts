import { createUser, findUserByEmail, type IssuedApiKey, issueApiKey, type User } from "@gaia/auth";
import { apiKeys, notFound } from "@gaia/contracts";
import type { Database } from "@gaia/db";
import * as z from "zod";
import { defineCommand, type World } from "../command.ts";
import { jsonOption, mail, nameOption } from "../command-fields.ts";
import { exitCodes } from "../exit-codes.ts";
import { renderJson } from "../render-json.ts";
import { UsageError } from "../usage-error.ts";
import { withDatabase } from "../with-database.ts";
import { readExpiry } from "./read-expiry.ts";

const Scopes = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((scope) => scope !== ""))
  .pipe(z.array(apiKeys.Scope).min(1).max(100));
const PerMinute = z
  .string()
  .regex(/^\d{1,10}$/, "Not a number")
  .transform(Number)
  .pipe(z.int().min(1).max(1_000_000_000));

const Input = z.object({
  user: z.string().min(1, "Empty").meta({ placeholder: "mail", description: "Whose key it is" }),
  name: nameOption.meta({ description: "What it is for, to tell keys apart later" }),
  admin: z.boolean().default(false).meta({ description: "May do everything" }),
  expires: z
    .string()
    .optional()
    .meta({ placeholder: "date|30d|12h", description: "When it stops working; by default never" }),
  scope: Scopes.optional().meta({
    placeholder: "scopes",
    description: "What it may do of what its account may, such as `chat:create,kb:read`; by default all of it",
  }),
  requestsPerMinute: PerMinute.optional().meta({ placeholder: "count", description: "Its own limit of requests" }),
  tokensPerMinute: PerMinute.optional().meta({ placeholder: "count", description: "Its own limit of tokens" }),
  createUser: z.boolean().default(false).meta({ description: "Create the account where there is none" }),
  quiet: z.boolean().default(false).meta({ description: "Nothing but the key" }),
  json: jsonOption,
});

type Input = z.output<typeof Input>;

interface NewKey extends IssuedApiKey {
  readonly user: string;
  readonly name: string;
  readonly expiresAt: Date | null;
}

export const createKeyCommand = defineCommand({
  name: "keys create",
  summary: "Make an API key and show it this once",
  input: Input,
  async run({ output, environment, now }, input) {
    const expiresAt = input.expires === undefined ? null : readExpiry(input.expires, now());
    const key = await withDatabase(environment, (database) => issueKey(database, now, { ...input, expiresAt }));
    show(output, key, input);
    return exitCodes.ok;
  },
});

async function issueKey(
  { kysely }: Database,
  now: World["now"],
  input: Input & Pick<NewKey, "expiresAt">,
): Promise<NewKey> {
  const { user, name = "Command line", admin, createUser: mayCreate, expiresAt } = input;
  const owner = (await findOwner(kysely, user)) ?? (mayCreate ? await createOwner({ kysely, now }, user) : undefined);
  if (owner === undefined) throw notFound("user", `${user} (--create-user makes the account)`);
  const issued = await issueApiKey(
    { kysely, now },
    {
      email: owner.email,
      name,
      isAdmin: admin,
      expiresAt,
      scopes: input.scope ?? null,
      requestsPerMinute: input.requestsPerMinute ?? null,
      tokensPerMinute: input.tokensPerMinute ?? null,
    },
  );
  return { ...issued, user: owner.email, name, expiresAt };
}

/** Gaia stores addresses in lower case, but the Python system kept them as they were typed. */
async function findOwner(kysely: Database["kysely"], email: string): Promise<User | undefined> {
  return (await findUserByEmail(kysely, email)) ?? findUserByEmail(kysely, email.trim().toLowerCase());
}

async function createOwner(
  { kysely, now }: Pick<Database, "kysely"> & Pick<World, "now">,
  email: string,
): Promise<User> {
  const address = mail.safeParse(email);
  if (!address.success) throw new UsageError("--user: Not an e-mail address");
  return createUser({ kysely, now }, { email: address.data, name: null });
}

function show(output: World["output"], key: NewKey, { json, quiet }: Input): void {
  const { id, secret, user, name, expiresAt } = key;
  if (json)
    return output.print(renderJson({ id, key: secret, user, name, expires_at: expiresAt?.toISOString() ?? null }));
  output.print(secret);
  if (!output.isTerminal || quiet) return;
  const end = expiresAt === null ? "does not expire" : `expires at ${expiresAt.toISOString()}`;
  output.note(`\nKey "${name}" (${id}) of ${user}, ${end}.\nIt is stored nowhere and not shown again: keep it now.`);
}
