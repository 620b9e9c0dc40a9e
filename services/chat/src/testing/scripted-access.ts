import {
  access,
  type AccessResource,
  type AccessStatement,
  type InputOf,
  type Principal,
  type Selector,
  shares,
  userIdOf,
} from "@gaia/contracts";
import { implement } from "@gaia/kit/binding";
import type { Log } from "@gaia/kit/log";
import { createLocalTransport } from "@gaia/kit/transport/local";

interface Rule {
  readonly userId: string;
  readonly action: string;
  /** Without it, everything of every type. */
  readonly id?: string;
}

/** The auth service as far as chat asks it: owners may everything, the rest is what a test says. */
export async function openScriptedAccess(log: Log) {
  const allowed: Rule[] = [];
  const forbidden: Rule[] = [];
  const shared: InputOf<typeof shares.shareResource>[] = [];
  const transport = createLocalTransport({ log });

  const describe = (principal: Principal, action: string) => {
    const userId = userIdOf(principal) ?? "";
    const owner: AccessStatement = { rule: { kind: "owner", user_id: userId }, where: [{ kind: "owned-by", userId }] };
    const toStatements = (rules: readonly Rule[]): AccessStatement[] =>
      rules
        .filter((rule) => rule.userId === userId && rule.action === action)
        .map(({ id }) => ({
          rule: { kind: "own-namespace", user_id: userId },
          where: id === undefined ? [] : [{ kind: "named", name: id }],
        }));
    return { allowing: [owner, ...toStatements(allowed)], forbidding: toStatements(forbidden) };
  };

  await transport.serve([
    implement(access.describeAccess, async ({ principal }, { action }) => describe(principal, action)),
    implement(access.checkAccess, async ({ principal }, { action, resource }) => {
      const { allowing, forbidding } = describe(principal, action);
      const denial = forbidding.find((statement) => isAbout(resource, statement));
      const rule = denial ?? allowing.find((statement) => isAbout(resource, statement));
      const isAllowed = denial === undefined && rule !== undefined;
      return { allowed: isAllowed, rule: rule?.rule ?? null, because: "the test says so" };
    }),
    implement(shares.shareResource, async (_context, input) => {
      shared.push(input);
      return { shares: [] };
    }),
  ]);
  return { call: transport.call, allowed, forbidden, shared };
}

function isAbout(resource: AccessResource, { where }: AccessStatement): boolean {
  return where.every((selector) => selects(selector, resource));
}

function selects(selector: Selector, { id, ownerId }: AccessResource): boolean {
  if (selector.kind === "named") return selector.name === id;
  return selector.kind === "owned-by" && selector.userId === ownerId;
}
