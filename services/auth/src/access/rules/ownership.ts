import { isGranted, ownerGrants } from "../default-grants.ts";
import type { AccessRule } from "../statement.ts";

/** Allows everything below `/kb/users/<own id>/`. */
export const ownNamespace: AccessRule = ({ subject }, question) => {
  if (subject.kind !== "user" || question.type !== "kb" || !isGranted([ownerGrants], question)) return [];
  const { userId } = subject;
  return [
    { rule: { kind: "own-namespace", user_id: userId }, where: [{ kind: "below", prefix: `/kb/users/${userId}/` }] },
  ];
};

/** Allows everything with a resource whose owner is the person. */
export const ownedResource: AccessRule = ({ subject }, question) => {
  if (subject.kind !== "user" || !isGranted([ownerGrants], question)) return [];
  const { userId } = subject;
  return [{ rule: { kind: "owner", user_id: userId }, where: [{ kind: "owned-by", userId }] }];
};
