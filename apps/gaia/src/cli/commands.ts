import type { Command } from "./command.ts";
import { doctorCommand } from "./doctor/doctor.ts";
import { createKeyCommand } from "./keys/create-key.ts";
import { listKeysCommand } from "./keys/list-keys.ts";
import { revokeKeyCommand } from "./keys/revoke-key.ts";
import { migrateCommand } from "./migrate/migrate-database.ts";
import { assignRoleCommand } from "./roles/assign-role.ts";
import { listRolesCommand } from "./roles/list-roles.ts";
import { unassignRoleCommand } from "./roles/unassign-role.ts";
import { rotateSigningKeyCommand } from "./tokens/rotate-signing-key.ts";
import { createUserCommand } from "./users/create-user.ts";
import { listUsersCommand } from "./users/list-users.ts";

/** In the order of the help. */
export const commands: readonly Command[] = [
  createKeyCommand,
  listKeysCommand,
  revokeKeyCommand,
  createUserCommand,
  listUsersCommand,
  listRolesCommand,
  assignRoleCommand,
  unassignRoleCommand,
  rotateSigningKeyCommand,
  migrateCommand,
  doctorCommand,
];
