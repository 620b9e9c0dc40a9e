import * as z from "zod";
import { Action, Id, ResourcePattern, ResourceType } from "./access.ts";
import { defineOperation } from "./define.ts";
import { NextCursor, PageInput } from "./pages.ts";
import { isStorableTime, Time } from "./place-fields.ts";
import { isStorableText } from "./storable.ts";

function isScope(scope: string): boolean {
  if (scope === "*") return true;
  const [type, action, ...path] = scope.split(":");
  return (
    (type === "*" || ResourceType.safeParse(type).success) &&
    (action === "*" || Action.safeParse(action).success) &&
    (path.length === 0 || ResourcePattern.safeParse(path.join(":")).success)
  );
}

/** `type:action` or `type:action:path`, with `*` for any type or any action; a lone `*` is everything. */
export const Scope = z.string().max(700).refine(isScope, "Not *, type:action or type:action:path");

const scopesMeaning = "What the key may do of what its user may; without any, all of it";
const Scopes = z.array(Scope).max(100).nullish().describe(scopesMeaning);
const PerMinute = z.int().min(1).max(1_000_000_000).nullish();
const Name = z.string().trim().min(1).max(255).refine(isStorableText, "Contains what cannot be stored");
const End = z.iso
  .datetime({ offset: true })
  .refine(isStorableTime, "Too far away")
  .nullish()
  .describe("null for never");

const ApiKey = z
  .object({
    id: z.guid(),
    user_id: z.guid(),
    name: z.string().nullable(),
    prefix: z.string().nullable().describe("How it begins, to tell keys apart"),
    scopes: z.array(z.string()).nullable().describe("null where it may do whatever its user may"),
    requests_per_minute: z.int().nullable().describe("null where the installation's limit counts"),
    tokens_per_minute: z.int().nullable(),
    created_at: Time.nullable(),
    expires_at: Time.nullable(),
    last_used_at: Time.nullable().describe("To the minute"),
    is_active: z.boolean().describe("false once it was revoked or has expired"),
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof ApiKey>;

const IssuedApiKey = ApiKey.extend({ key: z.string().describe("Shown this once and stored nowhere") }).meta({
  id: "IssuedApiKey",
});

const path = "/api/v1/auth/api-keys";

export const createApiKey = defineOperation({
  name: "auth.create-api-key",
  summary: "Make an API key; a key can make none that is more than itself",
  permission: "api-key:write",
  http: { method: "POST", path, status: 201 },
  input: z.object({
    name: Name,
    scopes: Scopes,
    expires_at: End,
    requests_per_minute: PerMinute,
    tokens_per_minute: PerMinute,
    user_id: Id.optional().describe("Whose it is to be, for administrators"),
  }),
  output: IssuedApiKey,
  errors: ["FORBIDDEN", "NOT_FOUND", "CONFLICT"],
});

export const listApiKeys = defineOperation({
  name: "auth.list-api-keys",
  summary: "One's API keys, the newest first, without what they open",
  permission: "api-key:read",
  http: { method: "GET", path },
  input: z.object({ user_id: Id.optional().describe("Whose, for administrators"), ...PageInput }),
  output: z.object({ api_keys: z.array(ApiKey), next_cursor: NextCursor }),
  errors: ["NOT_FOUND"],
});

export const getApiKey = defineOperation({
  name: "auth.get-api-key",
  summary: "One API key, without what it opens",
  permission: "api-key:read",
  http: { method: "GET", path: `${path}/{key_id}` },
  input: z.object({ key_id: Id }),
  output: ApiKey,
  errors: ["NOT_FOUND"],
});

export const changeApiKey = defineOperation({
  name: "auth.change-api-key",
  summary: "Rename an API key, or change what it may do, how often and until when; a key can only narrow scopes",
  permission: "api-key:write",
  http: { method: "PATCH", path: `${path}/{key_id}` },
  input: z.object({
    key_id: Id,
    name: Name.optional(),
    scopes: Scopes,
    expires_at: End,
    requests_per_minute: PerMinute,
    tokens_per_minute: PerMinute,
  }),
  output: ApiKey,
  errors: ["FORBIDDEN", "NOT_FOUND", "CONFLICT"],
});

export const revokeApiKey = defineOperation({
  name: "auth.revoke-api-key",
  summary: "End an API key for good, everywhere within a second; once more changes nothing",
  permission: "api-key:write",
  http: { method: "DELETE", path: `${path}/{key_id}`, status: 204 },
  input: z.object({ key_id: Id }),
  output: z.object({}),
  errors: ["NOT_FOUND"],
});
