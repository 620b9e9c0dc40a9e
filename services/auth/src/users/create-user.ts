import { GaiaError } from "@gaia/contracts";
import type { AuthDeps } from "../deps.ts";
import { insertUser, type User } from "./user-repository.ts";

export async function createUser(
  { kysely }: Pick<AuthDeps, "kysely">,
  input: { readonly email: string; readonly name: string | null },
): Promise<User> {
  const user = await insertUser(kysely, { ...input, email: input.email.trim().toLowerCase() });
  if (user === undefined)
    throw new GaiaError("CONFLICT", "This email is already registered", { reason: "user.exists" });
  return user;
}
