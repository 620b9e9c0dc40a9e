import { GaiaError } from "@gaia/contracts";
import type { AccessFacts } from "./access-facts.ts";
import { collectStatements } from "./collect-statements.ts";
import { isHeld, isHeldWhere } from "./gifts.ts";
import type { Access } from "./open-access.ts";

/** The contract's actions on administration itself. */
const administrations = ["roles", "permissions", "users", "audit", "system"] as const;

/**
 * Throws where somebody administers more than the asker. A denial beats whatever roles they have, and a key or password
 * of theirs opens all that they may do, so neither is for who may do less.
 */
export function requireNotAbove({ facts, now }: Pick<Access, "facts" | "now">, target: AccessFacts): void {
  for (const action of administrations) {
    const question = { type: "admin", action, now };
    const isWithinReach = collectStatements(target, question).allowing.every(({ rule, where }) =>
      rule.kind === "role" && rule.permission_id === null
        ? isHeld(facts, { gift: { kind: "everything" }, context: rule.context, now })
        : isHeldWhere(facts, question, where),
    );
    if (isWithinReach) continue;
    throw new GaiaError("FORBIDDEN", "This person administers more than you do", { reason: "permission.target_above" });
  }
}
