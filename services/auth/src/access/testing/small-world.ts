import type { AccessFacts, RoleFact, Subject } from "../access-facts.ts";
import type { Resource } from "../selector.ts";

/** A small world that the matrix and the random facts have in common. */

const id = (group: string, number: number): string => `${group.repeat(8)}-0000-4000-8000-00000000000${number}`;

export const now = new Date("2026-11-24T12:00:00.000Z");
export const past = new Date("2026-11-24T12:00:00.000Z");
export const future = new Date("2026-11-24T12:00:00.001Z");

export const ada = id("a", 1);
export const ben = id("b", 2);
/** `company` above `studio` above `painters`; `closed` is switched off, between `company` and `archive`. */
export const teamIds = {
  company: id("d", 1),
  studio: id("d", 2),
  painters: id("d", 3),
  closed: id("d", 4),
  archive: id("d", 5),
} as const;
export const workspaceIds = { demo: id("e", 1), archived: id("e", 2), over: id("e", 3) } as const;
export const apiKeyId = id("c", 9);

export const teams: AccessFacts["teams"] = [
  { id: teamIds.company, parentId: null, isActive: true },
  { id: teamIds.studio, parentId: teamIds.company, isActive: true },
  { id: teamIds.painters, parentId: teamIds.studio, isActive: true },
  { id: teamIds.closed, parentId: teamIds.company, isActive: false },
  { id: teamIds.archive, parentId: teamIds.closed, isActive: true },
];

export const workspaces: AccessFacts["workspaces"] = [
  { id: workspaceIds.demo, isActive: true, expiresAt: null },
  { id: workspaceIds.archived, isActive: false, expiresAt: null },
  { id: workspaceIds.over, isActive: true, expiresAt: past },
];

export const types = ["kb", "chat", "asset", "api", "admin", "team", "workspace"] as const;
export const actions = ["read", "write", "delete", "share", "admin", "create", "users", "explode"] as const;

const permission = (number: number, type: string, path: string | null, action: string) => ({
  id: id("f", number),
  type,
  path,
  action,
});

export const permissions = [
  permission(0, "kb", "/kb/*", "read"),
  permission(1, "kb", "/kb/*", "write"),
  permission(2, "kb", "/kb/users/{user_id}/*", "read"),
  permission(3, "kb", "/kb/shared/*", "write"),
  permission(4, "kb", "/kb/shared/plan.md", "delete"),
  permission(5, "asset", "*", "read"),
  permission(6, "asset", null, "create"),
  permission(7, "api", "/api/v1/admin/*", "access"),
  permission(8, "admin", "*", "users"),
  permission(9, "asset", "asset-1", "delete"),
] as const;

export const roles: readonly RoleFact[] = [
  { id: id("1", 1), name: "super_admin", isActive: true, permissions: [] },
  { id: id("1", 2), name: "editor", isActive: true, permissions: permissions.slice(0, 4) },
  { id: id("1", 3), name: "maker", isActive: true, permissions: permissions.slice(5, 9) },
  { id: id("1", 4), name: "retired", isActive: false, permissions },
  { id: id("1", 5), name: "bare", isActive: true, permissions: [] },
];

export function user(scopes?: readonly string[] | null): Subject {
  return {
    kind: "user",
    userId: ada,
    isActive: true,
    key: scopes === undefined ? null : { id: apiKeyId, scopes },
  };
}

export const subjects: Readonly<Record<string, Subject>> = {
  guest: { kind: "guest" },
  service: { kind: "service", name: "chat" },
  user: user(),
  "inactive user": { kind: "user", userId: ada, isActive: false, key: null },
  "key without scopes": user(null),
  "key for reading": user(["kb:read", "asset:*"]),
  "key for a folder": user(["kb:read:/kb/shared/*", "*:write:/kb/users/{user_id}/*"]),
  "key for nothing": user([]),
};

const documents = [
  `/kb/users/${ada}/notes.md`,
  `/kb/users/${ben}/notes.md`,
  `/kb/users/${ada}`,
  `/kb/teams/${teamIds.company}/plan.md`,
  `/kb/teams/${teamIds.studio}/plan.md`,
  `/kb/teams/${teamIds.painters}/a/plan.md`,
  `/kb/teams/${teamIds.closed}/plan.md`,
  `/kb/teams/${teamIds.archive}/plan.md`,
  `/kb/workspaces/${workspaceIds.demo}/plan.md`,
  `/kb/workspaces/${workspaceIds.archived}/plan.md`,
  `/kb/workspaces/${workspaceIds.over}/plan.md`,
  "/kb/shared/plan.md",
  "/kb/shared/a/b.md",
  "/kb/sharedx/plan.md",
  "/kb/shared",
  "/kb/public/plan.md",
  "/kb/private/plan.md",
  "/kb",
] as const;

export const trickyPaths = [
  "",
  "/",
  "/kb/shared/",
  "/kb/shared//plan.md",
  "/kb/shared/./plan.md",
  "/kb/shared/..",
  "/kb/shared/../private/plan.md",
  "/kb/shared/%2e%2e/private/plan.md",
  "/kb/shared/a%2Fb.md",
  "/kb/shared/..\\private",
  "/kb/shared/a\u0001.md",
  "/kb/shared/a\n.md",
  "//kb/shared/plan.md",
  "..",
] as const;

export const resources: readonly Resource[] = [
  ...[...documents, ...trickyPaths].map((path) => ({ type: "kb", path })),
  { type: "kb" },
  { type: "chat" },
  { type: "asset" },
  { type: "asset", id: "asset-1" },
  { type: "asset", id: "asset-2", ownerId: ada },
  { type: "asset", id: "asset-3", ownerId: ben },
  { type: "asset", id: "asset-4", teamId: teamIds.studio },
  { type: "asset", id: "asset-5", teamId: teamIds.archive, ownerId: ben },
  { type: "asset", id: "asset-6", workspaceId: workspaceIds.demo },
  { type: "asset", id: "asset-7", workspaceId: workspaceIds.over, teamId: teamIds.painters },
  { type: "api", path: "/api/v1/admin/users" },
  { type: "api", path: "/api/v1/chat/completions" },
  { type: "admin" },
  { type: "team", id: teamIds.painters, teamId: teamIds.painters },
  { type: "team", id: teamIds.closed, teamId: teamIds.closed },
  { type: "workspace", id: workspaceIds.demo, workspaceId: workspaceIds.demo, ownerId: ben },
  { type: "workspace", id: workspaceIds.demo, workspaceId: workspaceIds.demo, ownerId: ada },
];

/** What a stored grant may name. */
export const patterns = [
  "*",
  "/kb/*",
  "/kb/shared/*",
  "/kb/shared/plan.md",
  "/kb/private/*",
  "/kb/users/{user_id}/*",
  `/kb/users/${ben}/*`,
  `/kb/teams/${teamIds.company}/*`,
  "/kb/shared/../private/*",
  "/kb/shar*",
  "asset-1",
  "asset-3",
  "asset-4",
] as const;
