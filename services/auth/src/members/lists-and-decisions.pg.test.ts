import { isGaiaError, type Principal, shares } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import fc from "fast-check";
import type { Selectable } from "kysely";
import { expect, test } from "vitest";
import { findHoldings } from "../access/holders.ts";
import { type Access, openAccess } from "../access/open-access.ts";
import { isCurrent } from "../access/statement.ts";
import { getShare } from "../shares/get-share.ts";
import { listShares } from "../shares/list-shares.ts";
import { toResource } from "../shares/shared-resource.ts";
import { getTeam } from "../teams/get-team.ts";
import { listTeams } from "../teams/list-teams.ts";
import { arbitraryPlaces, idOf, storePlaces } from "../testing/arbitrary-places.ts";
import { openPlacesWorld } from "../testing/open-places-world.ts";
import { getWorkspace } from "../workspaces/get-workspace.ts";
import { listWorkspaces } from "../workspaces/list-workspaces.ts";

const world = await openPlacesWorld();
const { kysely } = world;
const { deps } = await world.setup();
const numRuns = 50;
// Each run fills a database anew.
const timeout = 60_000;
const page = { limit: 100 };

function contextOf(scopes: string[] | null) {
  const person = { userId: idOf("a", 0), email: "0@example.test", permissions: [] };
  const limits = { requestsPerMinute: null, tokensPerMinute: null };
  const principal: Principal =
    scopes === null
      ? { kind: "user", ...person, sessionId: null }
      : { kind: "api-key", ...person, apiKeyId: idOf("f", 9), grants: scopes, limits };
  return { principal, requestId: "test", log: deps.log, signal: new AbortController().signal };
}

/** Those ids with which the question goes well; anything but a 404 is a defect. */
async function answering(ids: readonly string[], ask: (id: string) => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  for (const id of ids) {
    await ask(id).then(
      () => found.push(id),
      (error: unknown) => expect(isGaiaError(error) && error.code).toBe("NOT_FOUND"),
    );
  }
  return found;
}

test("the lists of teams and workspaces have exactly those that are shown one by one", { timeout }, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryPlaces, async (places) => {
      await storePlaces(kysely, places);
      const context = contextOf(places.scopes);
      const teamIds = places.teams.map((_team, number) => idOf("d", number));
      const workspaceIds = places.workspaces.map((_workspace, number) => idOf("e", number));

      const { teams } = await listTeams(deps, context, page);
      const { workspaces } = await listWorkspaces(deps, context, page);

      expect(teams.map(({ id }) => id)).toEqual(
        await answering(teamIds, (team_id) => getTeam(deps, context, { team_id })),
      );
      expect(workspaces.map(({ id }) => id)).toEqual(
        await answering(workspaceIds, (workspace_id) => getWorkspace(deps, context, { workspace_id })),
      );
      // The parent is shown to who may see it themselves.
      const seen = new Set(teams.map(({ id }) => id));
      for (const { parent, parent_team_id } of teams) {
        expect(parent !== null).toBe(parent_team_id !== null && seen.has(parent_team_id));
      }
    }),
    { numRuns, seed: 20_261_124 },
  );
});

test("the list of shares has exactly those that the decision gives row by row", { timeout }, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryPlaces, async (places) => {
      await storePlaces(kysely, places);
      const context = contextOf(places.scopes);
      const access = await openAccess(deps, context.principal);
      const rows = await kysely.selectFrom("shared_resources").selectAll().orderBy("id").execute();
      const expected = rows.filter((row) => isSeen(access, row)).map(({ id }) => id);

      const listed = await listShares(deps, context, page);

      expect(listed.shares.map(({ id }) => id).toSorted()).toEqual(expected);
      const ids = rows.map(({ id }) => id);
      expect(await answering(ids, (share_id) => getShare(deps, context, { share_id }))).toEqual(expected);
      const received = await listShares(deps, context, { ...page, direction: "with_me" });
      const withAsker = rows.filter((row) => expected.includes(row.id) && isReceived(access, row.id));
      expect(received.shares.map(({ id }) => id).toSorted()).toEqual(withAsker.map(({ id }) => id));
      const pages = await readInPages(context);
      expect(pages).toEqual(listed.shares.map(({ id }) => id));
    }),
    { numRuns, seed: 20_261_124 },
  );
});

type Row = Selectable<Tables["shared_resources"]>;

function isSeen(access: Access, { id, is_active, share_type, shared_by, metadata, ...row }: Row): boolean {
  const recipient = metadata as { shared_with_type?: string; shared_with_id?: string };
  const isShare =
    share_type === "public" ||
    (share_type === "direct" && (recipient.shared_with_type === "role" || recipient.shared_with_id !== "no id"));
  if (is_active === false || !isShare) return false;
  return (
    access.decide("read", { type: "share", id, ownerId: shared_by }).allowed ||
    access.decide("admin", toResource(row.resource_type, row.resource_id)).allowed ||
    isReceived(access, id)
  );
}

function isReceived(access: Access, id: string): boolean {
  const { facts, now } = access;
  const fact = facts.shares.find((each) => each.id === id);
  if (fact === undefined || fact.grantee === "everyone" || !fact.isActive || !isCurrent(fact, { now })) return false;
  const mayAsk = access.decide("read", { type: "share", ownerId: idOf("a", 0) }).allowed;
  return mayAsk && findHoldings(facts, fact.grantee, { type: fact.type, action: "read", now }).length > 0;
}

async function readInPages(context: ReturnType<typeof contextOf>): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const input = shares.listShares.input.parse({ limit: 2, cursor });
    const { shares: rows, next_cursor } = await listShares(deps, context, input);
    ids.push(...rows.map(({ id }) => id));
    cursor = next_cursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}
