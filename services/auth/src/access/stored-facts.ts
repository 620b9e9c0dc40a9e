import * as z from "zod";

// Ids are compared as text, and PostgreSQL writes uuids in lower case while text columns hold what somebody typed.
const Id = z.guid().toLowerCase();

const Moment = z
  .number()
  .nullable()
  .transform((milliseconds) => (milliseconds === null ? null : new Date(milliseconds)));

const Context = z.discriminatedUnion("type", [
  z.object({ type: z.literal("global"), id: z.string() }),
  z.object({ type: z.enum(["team", "workspace"]), id: Id }),
  z.object({ type: z.literal("resource"), id: z.string() }),
]);

const Grantee = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["user", "team", "workspace"]), id: Id }),
  z.object({ type: z.literal("role"), id: z.string() }),
]);

const Permission = z.object({ id: Id, type: z.string(), path: z.string().nullable(), action: z.string() });

/**
 * Leaves out what breaks the vocabulary. The columns are free text, and a grant in an unknown context or to an unknown
 * kind of principal counts nowhere and for nobody.
 */
function known<Schema extends z.ZodType>(schema: Schema) {
  return z.array(z.unknown()).transform((rows) =>
    rows.flatMap((row) => {
      const parsed = schema.safeParse(row);
      return parsed.success ? [parsed.data] : [];
    }),
  );
}

/** The one JSON value that the query of `access-repository.ts` answers. */
export const StoredFacts = z.object({
  isActive: z.boolean(),
  teams: z.array(z.object({ id: Id, parentId: Id.nullable(), isActive: z.boolean() })),
  workspaces: z.array(z.object({ id: Id, isActive: z.boolean(), expiresAt: Moment })),
  teamMemberships: z.array(z.object({ teamId: Id, teamRole: z.string().nullable() })),
  workspaceMemberships: z.array(z.object({ workspaceId: Id })),
  roles: z.array(z.object({ id: Id, name: z.string(), isActive: z.boolean(), permissions: z.array(Permission) })),
  roleAssignments: known(z.object({ roleId: Id, context: Context, expiresAt: Moment })),
  userPermissions: known(
    z.object({ permission: Permission, granted: z.boolean().nullable(), context: Context, expiresAt: Moment }),
  ),
  resourcePermissions: known(
    z.object({
      id: Id,
      type: z.string(),
      resource: z.string(),
      grantee: Grantee,
      actions: z.array(z.string()),
      expiresAt: Moment,
    }),
  ),
  shares: known(
    z.object({
      id: Id,
      type: z.string(),
      resource: z.string(),
      grantee: z.union([z.literal("everyone"), Grantee]),
      actions: z.array(z.string()),
      isActive: z.boolean(),
      expiresAt: Moment,
    }),
  ),
});
