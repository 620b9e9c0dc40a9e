import * as z from "zod";
import { Id, isPlainPath } from "./access.ts";
import { defineOperation } from "./define.ts";
import { NextCursor, PageInput } from "./pages.ts";
import { EmailAddress, NamedTime, Time } from "./place-fields.ts";
import { Principal } from "./principal.ts";
import { storableText } from "./storable.ts";

/** Teams, workspaces, accounts and keys are nothing to share: one invites to the first two, and keeps the others. */
export const shareableTypes = ["kb", "chat", "asset", "conversation", "persona"] as const;

const ShareableType = z.enum(shareableTypes);

/** From what one may read to what one may hand on; `access` is a matter of roles only. */
export const ShareAction = z.enum(["read", "write", "delete", "create", "share", "admin"]);
export type ShareAction = z.infer<typeof ShareAction>;

const ShareActions = z.array(ShareAction).min(1).max(ShareAction.options.length);

const plainId = /^[A-Za-z0-9][A-Za-z0-9._:-]*$/;

// What is left of a path without `/*` at its end stands for itself: a share has no other patterns, and none for all.
function isShareable(resource: string): boolean {
  if (!resource.startsWith("/")) return plainId.test(resource);
  const rest = resource.endsWith("/*") ? resource.slice(0, -2) : resource;
  return resource.startsWith("/kb/") && isPlainPath(rest) && !/[*{}]/.test(rest) && rest !== "/kb";
}

/** A document's path, a folder of documents as `/kb/…/*`, or an id. */
const SharedResource = storableText(500)
  .refine(isShareable, "Neither an id nor a plain path below /kb/")
  .transform((resource) => (z.guid().safeParse(resource).success ? resource.toLowerCase() : resource));

const Recipient = z.union([
  z.object({ type: z.enum(["team", "workspace"]), id: Id }).strict(),
  z.object({ type: z.literal("user"), id: Id }).strict(),
  z.object({ type: z.literal("user"), email: EmailAddress }).strict(),
]);

const maximumRecipients = 50;

export const Share = z
  .object({
    id: z.guid(),
    resource_type: z.string(),
    resource_id: z.string(),
    share_type: z.enum(["direct", "public"]),
    name: z.string().nullable(),
    message: z.string().nullable(),
    permissions: z.array(z.string()),
    shared_by: z.guid(),
    /** `null` for everybody. */
    recipient: z.object({ type: z.string(), id: z.string() }).nullable(),
    created_at: Time.nullable(),
    expires_at: Time.nullable(),
  })
  .meta({ id: "Share" });
export type Share = z.infer<typeof Share>;

/** What a share is, whatever is shared. */
export const sharingFields = {
  share_type: z.enum(["direct", "public"]).default("direct"),
  /** One share for each; none for a public share. */
  recipients: z.array(Recipient).max(maximumRecipients).default([]),
  permissions: ShareActions.default(["read"]),
  name: storableText(255).nullable().default(null),
  message: storableText(5000).nullable().default(null),
  expires_at: NamedTime.nullable().default(null),
};

const Wish = { resource_type: ShareableType, resource_id: SharedResource, ...sharingFields };

interface WishedShare {
  readonly resource_type: string;
  readonly resource_id: string;
  readonly share_type: "direct" | "public";
  readonly recipients: readonly unknown[];
  readonly permissions: readonly string[];
}

const hasPathOfItsOwn = ({ resource_type, resource_id }: WishedShare) =>
  resource_type === "kb" || !resource_id.startsWith("/");
const hasRecipients = ({ share_type, recipients }: WishedShare) =>
  (share_type === "public") === (recipients.length === 0);
const isReadOnly = ({ share_type, permissions }: WishedShare) =>
  share_type !== "public" || permissions.every((action) => action === "read");

function checked<Schema extends z.ZodType<WishedShare>>(schema: Schema): Schema {
  return schema
    .refine(hasPathOfItsOwn, { error: "Only documents have paths", path: ["resource_id"] })
    .refine(hasRecipients, { error: "Name recipients, but none for a public share", path: ["recipients"] })
    .refine(isReadOnly, { error: "Everybody may read, and no more", path: ["permissions"] });
}

export const createShare = defineOperation({
  name: "auth.create-share",
  summary: "Share a resource with people, teams and workspaces, or let everybody read it",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/shares", status: 201 },
  input: checked(z.object(Wish)),
  output: z.object({ shares: z.array(Share) }),
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND", "RATE_LIMITED"],
});

export const shareResource = defineOperation({
  name: "auth.share-resource",
  summary: "Share for somebody what only the asking service knows: where it lies and whose it is",
  permission: "internal",
  input: checked(
    z.object({
      ...Wish,
      principal: Principal,
      team_id: Id.optional(),
      workspace_id: Id.optional(),
      owner_id: Id.optional(),
    }),
  ),
  output: z.object({ shares: z.array(Share) }),
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND", "RATE_LIMITED"],
});

export const listShares = defineOperation({
  name: "auth.list-shares",
  summary: "Shares that one made or got, and those of resources that one administers; newest first",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/shares" },
  input: z.object({
    ...PageInput,
    direction: z.enum(["by_me", "with_me"]).optional(),
    resource_type: ShareableType.optional(),
    resource_id: SharedResource.optional(),
  }),
  output: z.object({ shares: z.array(Share), next_cursor: NextCursor }),
});

export const getShare = defineOperation({
  name: "auth.get-share",
  summary: "One share",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/shares/{share_id}" },
  input: z.object({ share_id: Id }),
  output: Share,
  errors: ["NOT_FOUND"],
});

export const changeShare = defineOperation({
  name: "auth.change-share",
  summary: "Change what a share allows, until when, and what it says",
  permission: "signed-in",
  http: { method: "PATCH", path: "/api/v1/shares/{share_id}" },
  input: z.object({
    share_id: Id,
    permissions: ShareActions.optional(),
    name: storableText(255).nullable().optional(),
    message: storableText(5000).nullable().optional(),
    expires_at: NamedTime.nullable().optional(),
  }),
  output: Share,
  errors: ["FORBIDDEN", "NOT_FOUND"],
});

export const revokeShare = defineOperation({
  name: "auth.revoke-share",
  summary: "Take a share back, or do without one that one got",
  permission: "signed-in",
  http: { method: "DELETE", path: "/api/v1/shares/{share_id}", status: 204 },
  input: z.object({ share_id: Id }),
  output: z.object({}),
  errors: ["FORBIDDEN", "NOT_FOUND"],
});
