/** What a permission asks of roles, grants and scopes (`auth.explain-access` names the rule that decides). */
export interface PermissionQuestion {
  readonly type: string;
  readonly action: string;
  /** Asked about something that belongs to the caller, so that every account holds it unless it is forbidden. */
  readonly isOwn?: true;
}

interface PermissionDeclaration {
  /** In words, for the documents. */
  readonly meaning: string;
  /**
   * What decides: nothing (`everyone`), being one of Gaia's services, having a session, having an account, or what the
   * caller's roles and grants say to the question.
   */
  readonly decidedBy: "everyone" | "services" | "session" | "account" | PermissionQuestion;
}

/**
 * Every permission a route can ask for. Closed: a route that names another one does not compile, and cannot be bound.
 */
export const permissions = {
  public: { meaning: "anyone, without credentials", decidedBy: "everyone" },
  internal: { meaning: "Gaia's own services only", decidedBy: "services" },
  "account:own": { meaning: "see and change one's own account, within a session", decidedBy: "session" },
  "signed-in": { meaning: "anyone with an account; what is asked for decides the rest", decidedBy: "account" },
  "account:read": {
    meaning: "see who one is and what one may do",
    decidedBy: { type: "account", action: "read", isOwn: true },
  },
  "api-key:read": { meaning: "list one's own API keys", decidedBy: { type: "api-key", action: "read", isOwn: true } },
  "api-key:write": {
    meaning: "create, rename and revoke one's own API keys",
    decidedBy: { type: "api-key", action: "write", isOwn: true },
  },
  "chat:create": { meaning: "talk to a model", decidedBy: { type: "chat", action: "create" } },
  "conversation:read": { meaning: "read one's own conversations", decidedBy: { type: "chat", action: "read" } },
  "conversation:write": {
    meaning: "begin, rename and delete one's own conversations",
    decidedBy: { type: "conversation", action: "write", isOwn: true },
  },
  "model:read": { meaning: "list models and providers", decidedBy: { type: "chat", action: "read" } },
  "persona:read": { meaning: "list and read personas", decidedBy: { type: "chat", action: "read" } },
  "persona:write": {
    meaning: "make personas, change and share them, and choose whom one talks to",
    decidedBy: { type: "persona", action: "write", isOwn: true },
  },
  "team:create": { meaning: "found teams", decidedBy: { type: "team", action: "create" } },
  "workspace:create": { meaning: "open workspaces", decidedBy: { type: "workspace", action: "create" } },
  "user:administer": {
    meaning: "create, change, ban and delete the accounts of others",
    decidedBy: { type: "admin", action: "users" },
  },
} as const satisfies Readonly<Record<string, PermissionDeclaration>>;

export type Permission = keyof typeof permissions;

export function isPermission(value: unknown): value is Permission {
  return typeof value === "string" && Object.hasOwn(permissions, value);
}

export const permissionNames: readonly Permission[] = Object.keys(permissions).filter(isPermission);
