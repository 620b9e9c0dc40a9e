import * as z from "zod";
import { defineOperation } from "./define.ts";
import { NextCursor } from "./pages.ts";
import { ServiceName } from "./principal.ts";
import { storableText as text } from "./storable.ts";

/** In lower case, as PostgreSQL writes it: rules compare ids as text, and a denial must not miss one for its capitals. */
export const Id = z.guid().toLowerCase();

/** A kind of resource, or what is done to one. */
const Word = z.string().regex(/^[a-z][a-z0-9_-]*$/, "Small letters, digits, - and _, beginning with a letter");

export const ResourceType = Word.max(100);
export const Action = Word.max(50);

/**
 * What no path contains that means one place only: empty, `.` and `..` steps, a slash at the end, encoded or control
 * characters, backslashes. PostgreSQL reads this expression as JavaScript does.
 */
export const trickyPath = String.raw`^$|//|(^|/)\.\.?(/|$)|/$|%[0-9a-fA-F]{2}|[\\\u0001-\u001f\u007f]`;

const tricky = new RegExp(trickyPath, "u");

export function isPlainPath(path: string): boolean {
  return !tricky.test(path) && !path.includes("\u0000");
}

/** One resource, `/*` at the end for all below, `{user_id}` as a step for whoever asks, or a lone `*` for all. */
function isPattern(pattern: string): boolean {
  if (pattern === "*") return true;
  const steps = (pattern.endsWith("/*") ? pattern.slice(0, -2) : pattern).split("/");
  return isPlainPath(pattern) && steps.every((step) => step === "{user_id}" || !/[*{}]/.test(step));
}

/** The path or the id of one resource, or a pattern that names many. */
export const ResourcePattern = text(500).refine(isPattern, "Not a plain path, id or pattern such as /kb/shared/*");

/** Where a role or a permission was given; `global` has the id `global`. */
const GrantContext = z.object({ type: z.enum(["global", "team", "workspace", "resource"]), id: z.string() });
export type GrantContext = z.infer<typeof GrantContext>;

/** As what somebody holds a grant on a resource. A team is the one they are a member of, maybe below the named one. */
const GrantHolder = z.discriminatedUnion("type", [
  z.object({ type: z.literal("everyone") }),
  z.object({ type: z.enum(["user", "team", "workspace"]), id: z.string() }),
  z.object({ type: z.literal("role"), id: z.string(), context: GrantContext }),
]);
export type GrantHolder = z.infer<typeof GrantHolder>;

/** The rule that decided, by what it is called where it is stored. */
export const AccessRule = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("tricky-path") }),
    z.object({ kind: z.literal("inactive-user"), user_id: z.string() }),
    z.object({ kind: z.enum(["user-denial", "user-permission"]), permission_id: z.string(), context: GrantContext }),
    z.object({ kind: z.literal("key-scopes"), api_key_id: z.string() }),
    z.object({ kind: z.literal("service"), name: ServiceName }),
    z.object({ kind: z.enum(["own-namespace", "owner"]), user_id: z.string() }),
    z.object({
      kind: z.literal("role"),
      role_id: z.string(),
      role_name: z.string(),
      /** `null` for the role that may do everything. */
      permission_id: z.string().nullable(),
      context: GrantContext,
    }),
    z.object({ kind: z.enum(["resource-permission", "share"]), id: z.string(), holder: GrantHolder }),
    z.object({ kind: z.literal("team-role"), team_id: z.string(), team_role: z.string() }),
    z.object({ kind: z.literal("workspace-member"), workspace_id: z.string() }),
    z.object({ kind: z.enum(["shared-namespace", "public-namespace"]) }),
  ])
  .meta({ id: "AccessRule" });
export type AccessRule = z.infer<typeof AccessRule>;

/** Documents and routes are named by path, everything else by id; what it belongs to as far as that is known. */
const AccessResource = z.object({
  type: z.string().min(1).max(100),
  path: z.string().max(500).optional(),
  id: z.string().max(500).optional(),
  teamId: Id.optional(),
  workspaceId: Id.optional(),
  /** The person it belongs to. What belongs to a team has none. */
  ownerId: Id.optional(),
});
export type AccessResource = z.infer<typeof AccessResource>;

/** Which resources of a type are meant. Data and not functions, because lists need the same in SQL (`@gaia/db`). */
export type Selector =
  | { readonly kind: "named"; readonly name: string }
  /** Ends in a slash, so that a neighbour with a longer name is not below. */
  | { readonly kind: "below"; readonly prefix: string }
  | { readonly kind: "owned-by"; readonly userId: string }
  | { readonly kind: "in-team"; readonly teamIds: readonly string[] }
  | { readonly kind: "in-workspace"; readonly workspaceIds: readonly string[] }
  | { readonly kind: "any"; readonly of: readonly Selector[] }
  | { readonly kind: "none"; readonly of: readonly Selector[] };

const Selector: z.ZodType<Selector> = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("named"), name: z.string() }),
    z.object({ kind: z.literal("below"), prefix: z.string() }),
    z.object({ kind: z.literal("owned-by"), userId: z.string() }),
    z.object({ kind: z.literal("in-team"), teamIds: z.array(z.string()).readonly() }),
    z.object({ kind: z.literal("in-workspace"), workspaceIds: z.array(z.string()).readonly() }),
    z.object({ kind: z.enum(["any", "none"]), of: z.array(Selector).readonly() }),
  ]),
);

/** What one rule says about the resources that all its selectors select; none selects every one of the type. */
const AccessStatement = z.object({ rule: AccessRule, where: z.array(Selector).readonly() }).readonly();
export type AccessStatement = z.infer<typeof AccessStatement>;

/** A resource is allowed where one of the first allows it and none of the others forbids it. */
const AccessStatements = z.object({
  allowing: z.array(AccessStatement).readonly(),
  forbidding: z.array(AccessStatement).readonly(),
});
export type AccessStatements = z.infer<typeof AccessStatements>;

const AccessDecision = z.object({
  allowed: z.boolean(),
  /** `null` when no rule says anything, which is a refusal. */
  rule: AccessRule.nullable(),
  because: z.string(),
});

/** These two have no route: only a service can ask, and it asks for whoever called it. */
export const checkAccess = defineOperation({
  name: "auth.check-access",
  summary: "Decide whether the caller may do something with one resource",
  permission: "public",
  input: z.object({ action: z.string().min(1).max(50), resource: AccessResource }),
  output: AccessDecision,
});

export const describeAccess = defineOperation({
  name: "auth.describe-access",
  summary: "Tell as data what the caller may do with a type of resource, for lists that filter in the database",
  permission: "public",
  input: z.object({ action: z.string().min(1).max(50), type: z.string().min(1).max(100) }),
  output: AccessStatements,
});

const hypothetical =
  "Used only where Gaia does not know it: then the answer is about a resource that would belong there";

const HypotheticalPlace = {
  team_id: Id.optional().describe(hypothetical),
  workspace_id: Id.optional().describe(hypothetical),
  owner_id: Id.optional().describe(hypothetical),
};

export const checkPermission = defineOperation({
  name: "auth.check-permission",
  summary: "Tell whether one may do something, and why; about others as far as one administers them",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/auth/check-permission" },
  input: z.object({
    resource_type: text(100).min(1),
    resource_path: text(500).nullish(),
    resource_id: text(500).nullish(),
    action: text(50).min(1),
    ...HypotheticalPlace,
    user_id: Id.nullish().describe("Whose permission it is about; without it one's own, with the scopes of the key"),
  }),
  output: AccessDecision,
  errors: ["NOT_FOUND"],
});

export const explainAccess = defineOperation({
  name: "auth.explain-access",
  summary: "Tell which rule decides whether somebody may do something, and whether a list would show it",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/access/explain" },
  input: z.object({
    principal: z
      .string()
      .regex(/^(?:guest|(?:key:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i, "Not a user's id, key:<id> or guest")
      .toLowerCase()
      .optional()
      .describe("A user's id, key:<id of an API key> or guest; without it oneself"),
    action: text(50).min(1),
    resource: text(601)
      .regex(/^[^:]{1,100}(?::.{0,500})?$/s, "Not of the form type:path-or-id")
      .describe("kb:/kb/shared/x.md, team:<id>, or the type alone"),
    ...HypotheticalPlace,
  }),
  output: AccessDecision.extend({
    principal: z.string(),
    action: z.string(),
    /** With what Gaia knows of it. */
    resource: z.object({
      type: z.string(),
      path: z.string().nullable(),
      id: z.string().nullable(),
      team_id: z.string().nullable(),
      workspace_id: z.string().nullable(),
      owner_id: z.string().nullable(),
    }),
    /** What a list, which filters in the database, shows; anything else than `allowed` is a defect. */
    listed: z.boolean(),
  }),
  errors: ["NOT_FOUND"],
});

const EffectivePermission = z.object({
  resource_type: z.string().describe("* for everything"),
  resource_path: z.string().nullable().describe("A path, pattern or id; null for all of the type"),
  action: z.string(),
  /** The kind of rule behind it, as `explain` names it. */
  source: z.string(),
  because: z.string(),
  context_type: z.enum(["global", "team", "workspace", "resource"]),
  context_id: z.string(),
});
export type EffectivePermission = z.infer<typeof EffectivePermission>;

export const listOwnPermissions = defineOperation({
  name: "auth.list-own-permissions",
  summary: "What one may do by roles, grants, memberships and ownership, and what was forbidden",
  permission: "account:read",
  http: { method: "GET", path: "/api/v1/auth/permissions" },
  input: z.object({
    resource_type: text(100).optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(1000),
    cursor: z.string().max(10_000).optional(),
  }),
  output: z.object({
    permissions: z.array(EffectivePermission),
    denials: z.array(EffectivePermission),
    /** Of the API key, if one is used and states any: what none of them names is refused. */
    scopes: z.array(z.string()).nullable(),
    /** Of the permissions; the denials are on every page. */
    next_cursor: NextCursor,
  }),
});
