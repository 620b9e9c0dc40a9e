import type { AccessRule } from "../statement.ts";

/** Allows everybody with an account to read below `/kb/shared/`. */
export const sharedNamespace: AccessRule = ({ subject }, { type, action }) =>
  subject.kind === "user" && type === "kb" && action === "read"
    ? [{ rule: { kind: "shared-namespace" }, where: [{ kind: "below", prefix: "/kb/shared/" }] }]
    : [];

/** Allows everybody, guests included, to read below `/kb/public/`. */
export const publicNamespace: AccessRule = (_facts, { type, action }) =>
  type === "kb" && action === "read"
    ? [{ rule: { kind: "public-namespace" }, where: [{ kind: "below", prefix: "/kb/public/" }] }]
    : [];
