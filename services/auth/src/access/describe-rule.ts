import type { access } from "@gaia/contracts";
import type { GrantContext } from "./access-facts.ts";
import type { RuleReference } from "./statement.ts";

/** One sentence, without secrets or names of other people. */
export function describeRule(rule: RuleReference): string {
  switch (rule.kind) {
    case "role":
      return `the role ${rule.role_name}${inContext(rule.context)} allows it`;
    case "user-denial":
      return `it was forbidden to this account${inContext(rule.context)}`;
    case "user-permission":
      return `it was allowed to this account${inContext(rule.context)}`;
    case "resource-permission":
      return `the resource was opened to ${describeHolder(rule.holder)}`;
    case "share":
      return `the resource is shared with ${describeHolder(rule.holder)}`;
    case "team-role":
      return `a team's ${rule.team_role} may do it`;
    default:
      return sentences[rule.kind];
  }
}

const sentences = {
  "tricky-path": "the path is not written plainly",
  "inactive-user": "the account is switched off or unknown",
  "key-scopes": "the scopes of the key do not include it",
  service: "Gaia's own service",
  "own-namespace": "it lies in one's own namespace",
  owner: "it is one's own",
  "workspace-member": "members of the workspace may do it",
  "shared-namespace": "everybody with an account may read what is shared",
  "public-namespace": "everybody may read what is public",
} as const;

function inContext(context: GrantContext): string {
  switch (context.type) {
    case "global":
      return "";
    case "team":
    case "workspace":
      return ` in the ${context.type} ${context.id}`;
    case "resource":
      return ` on ${context.id}`;
  }
}

function describeHolder(holder: access.GrantHolder): string {
  switch (holder.type) {
    case "everyone":
      return "everybody";
    case "user":
      return "this account";
    case "team":
    case "workspace":
      return `members of the ${holder.type} ${holder.id}`;
    case "role":
      return `the role ${holder.id}${inContext(holder.context)}`;
  }
}
