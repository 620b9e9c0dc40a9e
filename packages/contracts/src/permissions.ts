/**
 * Every permission a route can ask for, with what it means to a person. Closed: a route that names another one does
 * not compile, and cannot be bound.
 */
export const permissions = {
  public: "anyone, without credentials",
  internal: "Gaia's own services only",
  "account:own": "see and change one's own account, within a session",
  "chat:create": "talk to a model",
  "conversation:read": "read one's own conversations",
  "model:read": "list models and providers",
  "persona:read": "list and read personas",
  "user:administer": "create, change, ban and delete the accounts of others",
} as const;

export type Permission = keyof typeof permissions;

export function isPermission(value: unknown): value is Permission {
  return typeof value === "string" && Object.hasOwn(permissions, value);
}
