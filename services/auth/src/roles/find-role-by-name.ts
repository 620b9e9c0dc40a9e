import { notFound } from "@gaia/contracts";
import type { AuthDeps } from "../deps.ts";

/** The id of a role, for who knows its name only. */
export async function findRoleByName({ kysely }: Pick<AuthDeps, "kysely">, name: string): Promise<string> {
  const role = await kysely.selectFrom("roles").select("id").where("name", "=", name).executeTakeFirst();
  if (role === undefined) throw notFound("role", name);
  return role.id;
}
