import { expect, test } from "vitest";
import { emptyFacts } from "./access-facts.ts";
import { collectStatements } from "./collect-statements.ts";
import { user } from "./testing/small-world.ts";

test("what memberships allow is found by walking each team once for each, however many there are", () => {
  const count = 2000;
  let walks = 0;
  const teams = Array.from({ length: count }, (_, index) => ({
    id: `team-${index}`,
    isActive: true,
    get parentId() {
      walks += 1;
      return null;
    },
  }));
  const teamMemberships = teams.map(({ id }) => ({ teamId: id, teamRole: "owner" }));
  const facts = { ...emptyFacts(user()), teams, teamMemberships };

  const { allowing } = collectStatements(facts, { type: "kb", action: "read", now: new Date() });

  expect(allowing.filter(({ rule }) => rule.kind === "team-role")).toHaveLength(count);
  expect(walks).toBeLessThanOrEqual(3 * count);
});
