import type { Selector } from "@gaia/contracts";
import type { AccessFacts, RoleAssignment, RoleFact } from "../access-facts.ts";
import { selectPattern } from "../path-pattern.ts";
import { selectContext } from "../places.ts";
import { type AccessRule, isCurrent, type Question, type Statement } from "../statement.ts";

const everything = "super_admin";

/** Allows what an active role of the subject permits, where the role was given. */
export const roleGrants: AccessRule = (facts, question) => {
  const rolesById = new Map(facts.roles.map((role) => [role.id, role]));
  return facts.roleAssignments.flatMap((assignment) => {
    const role = rolesById.get(assignment.roleId);
    if (!role?.isActive || !isCurrent(assignment, question)) return [];
    const context = selectContext(facts, assignment.context, question);
    return context === null ? [] : toStatements({ role, assignment, context }, facts, question);
  });
};

interface HeldRole {
  readonly role: RoleFact;
  readonly assignment: RoleAssignment;
  readonly context: readonly Selector[];
}

function toStatements({ role, assignment, context }: HeldRole, facts: AccessFacts, question: Question): Statement[] {
  const reference = { kind: "role", role_id: role.id, role_name: role.name, context: assignment.context } as const;
  if (role.name === everything) return [{ rule: { ...reference, permission_id: null }, where: context }];
  return role.permissions.flatMap(({ id, type, action, path }) => {
    if (type !== question.type || action !== question.action) return [];
    const where = selectPattern(path, facts.subject);
    return where === null ? [] : [{ rule: { ...reference, permission_id: id }, where: [...context, ...where] }];
  });
}
