import { GaiaError } from "@gaia/contracts";
import type { AccessFacts, GrantContext } from "./access-facts.ts";
import { collectStatements } from "./collect-statements.ts";
import { type Gift, isHeld, isHeldWhere } from "./gifts.ts";
import type { Access } from "./open-access.ts";
import { selectContext } from "./places.ts";
import { isCurrent } from "./statement.ts";

/** The contract's actions on administration itself. */
const administrations = ["roles", "permissions", "users", "audit", "system"] as const;

/** What may do everything, and what every account is given. */
const [everything, everyday] = ["super_admin", "user"] as const;

/**
 * Throws where somebody may do more than the asker by what they were given, as roles or directly; what they own and what
 * they are a member of counts for nobody else. A denial beats whatever roles they have, and a key or password of theirs
 * opens all that they may do, so neither is for who may do less.
 */
export function requireNotAbove({ facts, now }: Pick<Access, "facts" | "now">, target: AccessFacts): void {
  const isWithinReach =
    administrations.every((action) => isAdministrationHeld(facts, target, { type: "admin", action, now })) &&
    findGiven(target, now).every((given) => isHeld(facts, { ...given, now }));
  if (isWithinReach) return;
  throw new GaiaError("FORBIDDEN", "This person may do more than you do", { reason: "permission.target_above" });
}

function isAdministrationHeld(
  facts: AccessFacts,
  target: AccessFacts,
  question: { readonly type: string; readonly action: string; readonly now: Date },
): boolean {
  return collectStatements(target, question).allowing.every(({ rule, where }) =>
    rule.kind === "role" && rule.permission_id === null
      ? isHeld(facts, { gift: { kind: "everything" }, context: rule.context, now: question.now })
      : isHeldWhere(facts, question, where),
  );
}

interface Given {
  readonly gift: Gift;
  readonly context: GrantContext;
}

/** Whatever counts now, wherever it was given. */
function findGiven(target: AccessFacts, now: Date): readonly Given[] {
  const rolesById = new Map(target.roles.map((role) => [role.id, role]));
  const byRoles = target.roleAssignments
    .filter((assignment) => isCurrent(assignment, { now }))
    .flatMap(({ roleId, context }): Given[] => {
      const role = rolesById.get(roleId);
      if (!role?.isActive || role.name === everyday) return [];
      if (role.name === everything) return [{ gift: { kind: "everything" }, context }];
      return role.permissions.map((permission) => ({ gift: { kind: "permission", ...permission }, context }));
    });
  const direct = target.userPermissions
    .filter((fact) => fact.granted === true && isCurrent(fact, { now }))
    .map(({ permission, context }): Given => ({ gift: { kind: "permission", ...permission }, context }));
  const anywhere = { type: "admin", action: "users", now };
  return [...byRoles, ...direct].filter(({ context }) => selectContext(target, context, anywhere) !== null);
}
