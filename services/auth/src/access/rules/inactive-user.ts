import type { AccessRule } from "../statement.ts";

/** Forbids everything to people who are switched off or unknown. */
export const inactiveUser: AccessRule = ({ subject }) =>
  subject.kind === "user" && !subject.isActive
    ? [{ rule: { kind: "inactive-user", user_id: subject.userId }, where: [] }]
    : [];
