import type { access, ServiceName } from "@gaia/contracts";

/** Who asks. A key narrows its user and never widens it. */
export type Subject =
  | { readonly kind: "guest" }
  | { readonly kind: "service"; readonly name: ServiceName }
  | {
      readonly kind: "user";
      readonly userId: string;
      /** False for accounts that are switched off, and for ids that nobody has. */
      readonly isActive: boolean;
      readonly key: KeyBound | null;
    };

export interface KeyBound {
  readonly id: string;
  /** `null` when the key states none; then its user alone is the bound. */
  readonly scopes: readonly string[] | null;
}

/** Where a role or a permission was given, and so where it counts. */
export type GrantContext = access.GrantContext;

export interface PermissionFact {
  readonly id: string;
  readonly type: string;
  readonly path: string | null;
  readonly action: string;
}

export interface RoleFact {
  readonly id: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly permissions: readonly PermissionFact[];
}

export interface RoleAssignment {
  readonly roleId: string;
  readonly context: GrantContext;
  readonly expiresAt: Date | null;
}

export interface UserPermissionFact {
  readonly permission: PermissionFact;
  /** False forbids. `null`, which the table allows, says nothing. */
  readonly granted: boolean | null;
  readonly context: GrantContext;
  readonly expiresAt: Date | null;
}

/** Whom a grant on a resource names. A role is named by its id or its name. */
export interface Grantee {
  readonly type: "user" | "team" | "workspace" | "role";
  readonly id: string;
}

export interface ResourcePermissionFact {
  readonly id: string;
  readonly type: string;
  /** A path, a path pattern or an id. */
  readonly resource: string;
  readonly grantee: Grantee;
  readonly actions: readonly string[];
  readonly expiresAt: Date | null;
}

export interface ShareFact {
  readonly id: string;
  readonly type: string;
  readonly resource: string;
  /** `everyone` of a public share. */
  readonly grantee: Grantee | "everyone";
  readonly actions: readonly string[];
  readonly isActive: boolean;
  readonly expiresAt: Date | null;
}

export interface TeamFact {
  readonly id: string;
  readonly parentId: string | null;
  readonly isActive: boolean;
}

export interface WorkspaceFact {
  readonly id: string;
  /** False when archived, expired by the clean-up, or otherwise not `active`. */
  readonly isActive: boolean;
  readonly expiresAt: Date | null;
}

/**
 * Everything that bears on what one subject may do. `teams` and `workspaces` say only how places lie to each other;
 * they allow nothing by themselves.
 */
export interface AccessFacts {
  readonly subject: Subject;
  readonly teams: readonly TeamFact[];
  readonly workspaces: readonly WorkspaceFact[];
  readonly teamMemberships: readonly { readonly teamId: string; readonly teamRole: string | null }[];
  readonly workspaceMemberships: readonly { readonly workspaceId: string }[];
  readonly roles: readonly RoleFact[];
  readonly roleAssignments: readonly RoleAssignment[];
  readonly userPermissions: readonly UserPermissionFact[];
  readonly resourcePermissions: readonly ResourcePermissionFact[];
  readonly shares: readonly ShareFact[];
}

/** What is known about somebody of whom nothing is stored. */
export function emptyFacts(subject: Subject): AccessFacts {
  return {
    subject,
    teams: [],
    workspaces: [],
    teamMemberships: [],
    workspaceMemberships: [],
    roles: [],
    roleAssignments: [],
    userPermissions: [],
    resourcePermissions: [],
    shares: [],
  };
}
