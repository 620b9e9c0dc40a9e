import { randomUUID } from "node:crypto";
import { allContracts, permissions } from "@gaia/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StartWorld, World } from "../support/start-gaia.ts";
import {
  type Account,
  create,
  guestHeaders,
  type Headers,
  password,
  sendJson,
  sharedSecret,
  signUp,
} from "../support/tenants.ts";
import { jsonOf } from "../topology/requests.ts";

/** What belongs to one tenant, by the names that paths and bodies give it. */
type Ids = Readonly<Record<string, string>>;

interface RouteCase {
  /** What everybody with an account gets who has nothing to do with the tenant. */
  readonly outsider: number;
  /** What the one gets who may: it shows that the request is right, and that what it names exists. */
  readonly rightful: number;
  /** Who that is; by default the tenant's owner. */
  readonly by?: "administrator" | "invited";
  /** Which id a path's field means, where it is not the one of that name. */
  readonly ids?: Record<string, string>;
  readonly body?: (ids: Ids) => object;
  readonly query?: (ids: Ids) => Record<string, string>;
}

const chatBody = () => ({ model: "gaia-offline", messages: [{ role: "user", content: "Hello" }] });
const placeBody = () => ({ name: `place-${randomUUID()}`, display_name: "A place" });
const own = (status = 200) => ({ outsider: status, rightful: status });
const foreign = (rightful = 200, more: Partial<RouteCase> = {}): RouteCase => ({ outsider: 404, rightful, ...more });
const administrators = (rightful = 200, more: Partial<RouteCase> = {}): RouteCase => ({
  outsider: 403,
  rightful,
  by: "administrator",
  ...more,
});

// Every route that asks for an account stands here: one that does not fails the test. What destroys comes last.
const cases: Readonly<Record<string, RouteCase>> = {
  // One's own account
  "auth.get-profile": own(),
  "auth.update-profile": { ...own(), body: () => ({ name: "Ada" }) },
  "auth.list-own-roles": own(),
  "auth.list-own-permissions": own(),
  "auth.check-permission": {
    ...own(),
    body: () => ({ resource_type: "kb", resource_path: "/kb/shared/x.md", action: "read" }),
  },
  "auth.get-own-user": own(),
  "auth.update-own-user": { ...own(), body: () => ({ data: { colour: "blue" } }) },
  "auth.create-api-key": { ...own(201), body: () => ({ name: "Another" }) },
  "auth.list-api-keys": own(),
  "auth.list-own-invitations": own(),
  "auth.list-audit-entries": own(),
  "auth.export-audit-trail": own(),

  // Chat
  "chat.chat": { ...own(), body: () => ({ message: "Hello" }) },
  "chat.create-chat-completion": { ...own(), body: chatBody },
  "chat.create-compatible-completion": { ...own(), body: chatBody },
  "chat.create-message": { ...own(), body: () => ({ ...chatBody(), max_tokens: 100 }) },
  "chat.count-message-tokens": { ...own(), body: chatBody },
  // Without a provider nobody makes embeddings.
  "chat.create-embeddings": { ...own(501), body: () => ({ model: "any", input: "Hello" }) },
  "chat.follow-stream": foreign(),
  "chat.cancel-stream": foreign(),
  "chat.list-models": own(),
  "chat.get-model": own(),

  // Personas
  "chat.list-personas": own(),
  "chat.list-older-personas": own(),
  "chat.get-current-persona": own(),
  "chat.initialize-default-persona": own(),
  "chat.create-persona": {
    ...own(),
    body: () => ({ name: `persona-${randomUUID()}`, description: "", system_prompt: "Be kind." }),
  },
  "chat.import-persona": { ...own(), body: () => ({ markdown: `---\nname: persona-${randomUUID()}\n---\nBe kind.` }) },
  "chat.get-persona": foreign(),
  "chat.export-persona": foreign(),
  "chat.update-persona": { ...foreign(), body: () => ({ description: "Changed" }) },
  "chat.set-persona": { ...foreign(), body: ({ persona_id }) => ({ persona_id }) },
  "chat.share-persona": {
    ...foreign(201),
    body: ({ user_id }) => ({ recipients: [{ type: "user", id: user_id }] }),
  },

  // Conversations
  "chat.create-conversation": own(201),
  "chat.create-brief-conversation": own(201),
  "chat.list-conversations": own(),
  "chat.list-brief-conversations": own(),
  "chat.list-plain-conversations": own(),
  "chat.search-conversations": { ...own(), query: () => ({ q: "hello" }) },
  "chat.search-plain-conversations": { ...own(), query: () => ({ q: "hello" }) },
  "chat.count-conversations": own(),
  "chat.get-conversation": foreign(),
  "chat.rename-conversation": { ...foreign(), body: () => ({ title: "Renamed" }) },
  "chat.update-conversation": { ...foreign(), body: () => ({ preview: "Hello" }) },
  "chat.list-conversation-messages": foreign(),
  "chat.regenerate-answer": { ...foreign(), body: () => ({ model: "gaia-offline" }) },

  // What other people's accounts are about
  "auth.explain-access": {
    ...foreign(),
    query: ({ owner_id }) => ({ principal: String(owner_id), action: "read", resource: "kb:/kb/shared/x.md" }),
  },
  "auth.create-identity-user": {
    ...administrators(),
    body: () => ({ email: `${randomUUID()}@example.test`, password }),
  },
  "auth.list-identity-users": administrators(),
  "auth.get-identity-user": administrators(),
  "auth.update-identity-user": { ...administrators(), body: () => ({ user_metadata: { colour: "red" } }) },

  // Roles and grants
  "auth.list-roles": administrators(),
  "auth.create-role": { ...administrators(201), body: () => ({ name: `role-${randomUUID()}` }) },
  "auth.get-role": administrators(),
  "auth.change-role": { ...administrators(), body: () => ({ display_name: "Changed" }) },
  "auth.add-role-permission": administrators(),
  "auth.remove-role-permission": administrators(204),
  "auth.list-assignments": administrators(),
  "auth.assign-role": { ...administrators(201), body: ({ owner_id }) => ({ user_id: owner_id }) },
  "auth.list-permissions": administrators(),
  "auth.create-permission": {
    ...administrators(201),
    body: () => ({ resource_type: "kb", resource_path: `/kb/${randomUUID()}/*`, action: "read" }),
  },
  "auth.list-grants": administrators(),
  "auth.create-grant": {
    ...administrators(201),
    body: ({ owner_id, permission_id }) => ({ principal_type: "user", principal_id: owner_id, permission_id }),
  },

  // Teams
  "auth.create-team": { ...own(201), body: placeBody },
  "auth.list-teams": own(),
  "auth.get-team": foreign(),
  "auth.change-team": { ...foreign(), body: () => ({ display_name: "Changed" }) },
  "auth.list-team-members": foreign(),
  "auth.add-team-member": {
    ...foreign(409, { by: "administrator" }),
    body: ({ user_id }) => ({ user_id, team_role: "viewer" }),
  },
  "auth.change-team-member": { ...foreign(), body: () => ({ team_role: "viewer" }) },
  "auth.invite-to-team": {
    ...foreign(201),
    body: () => ({ email: `${randomUUID()}@example.test`, team_role: "member" }),
  },
  "auth.list-team-invitations": foreign(),

  // Workspaces
  "auth.create-workspace": { ...own(201), body: placeBody },
  "auth.list-workspaces": own(),
  "auth.get-workspace": foreign(),
  "auth.change-workspace": { ...foreign(), body: () => ({ display_name: "Changed" }) },
  "auth.list-workspace-members": foreign(),
  "auth.add-workspace-member": { ...foreign(409, { by: "administrator" }), body: ({ user_id }) => ({ user_id }) },
  "auth.invite-to-workspace": { ...foreign(201), body: () => ({ email: `${randomUUID()}@example.test` }) },
  "auth.list-workspace-invitations": foreign(),

  // Shares and keys
  "auth.create-share": {
    ...foreign(201),
    body: ({ owner_id, user_id }) => ({
      resource_type: "kb",
      resource_id: `/kb/users/${owner_id}/y.md`,
      recipients: [{ type: "user", id: user_id }],
    }),
  },
  "auth.list-shares": own(),
  "auth.get-share": foreign(),
  "auth.change-share": { ...foreign(), body: () => ({ message: "Look" }) },
  "auth.get-api-key": foreign(),
  "auth.change-api-key": { ...foreign(), body: () => ({ name: "Changed" }) },

  // Invitations
  "auth.accept-invitation": foreign(200, { by: "invited", ids: { invitation_id: "acceptable_id" } }),
  "auth.decline-invitation": foreign(204, { by: "invited", ids: { invitation_id: "declinable_id" } }),
  "auth.accept-mailed-invitation": { ...own(404), body: () => ({ token: "a".repeat(43) }) },
  "auth.withdraw-team-invitation": foreign(204),
  "auth.withdraw-workspace-invitation": foreign(204, { ids: { invitation_id: "workspace_invitation_id" } }),

  // What ends something
  "chat.delete-conversation": foreign(204),
  "chat.delete-persona": foreign(),
  "auth.revoke-share": foreign(204),
  "auth.revoke-api-key": foreign(204),
  "auth.withdraw-grant": foreign(204, { by: "administrator" }),
  "auth.unassign-role": { ...administrators(204), query: ({ owner_id }) => ({ user_id: String(owner_id) }) },
  "auth.delete-permission": administrators(204),
  "auth.delete-role": administrators(204),
  "auth.remove-team-member": foreign(204),
  "auth.remove-workspace-member": foreign(204),
  "auth.transfer-team": { ...foreign(404), body: ({ user_id }) => ({ user_id }) },
  "auth.transfer-workspace": { ...foreign(404), body: ({ user_id }) => ({ user_id }) },
  "auth.delete-team": foreign(204),
  // It is in use, and so must be archived first.
  "auth.delete-workspace": foreign(409),
  "auth.delete-identity-user": administrators(),
  "auth.change-password": { ...own(400), body: () => ({ current_password: "another one", new_password: password }) },
  "auth.log-out": { ...own(204), query: () => ({ scope: "others" }) },
  "auth.erase-account": { ...own(400), body: () => ({ current_password: "another one" }) },
};

const routes = allContracts.flatMap((contract) =>
  contract.http === undefined
    ? []
    : [contract.http.path, ...(contract.http.aliases ?? [])].map((path) => ({
        name: contract.name,
        method: contract.http?.method ?? "GET",
        path,
        decidedBy: permissions[contract.permission].decidedBy,
      })),
);
const guarded = routes.filter(({ decidedBy }) => decidedBy !== "everyone");

/** Nobody reaches anything but by the declared way. */
export function describeRouteAccess(name: string, startWorld: StartWorld): void {
  describe(`every route, ${name}`, () => {
    let world: World;
    let ids: Ids;
    const callers = new Map<string, Headers>();

    beforeAll(async () => {
      world = await startWorld({ GAIA_AUTH_AUTOCONFIRM: "true", SUPABASE_JWT_SECRET: sharedSecret });
      const [owner, member, invited, other] = [
        await signUp(world),
        await signUp(world),
        await signUp(world),
        await signUp(world),
      ];
      const administrator = { "x-api-key": world.key };
      ids = await furnish(world, { owner, member, invited, administrator });
      await furnish(world, { owner: other, member: await signUp(world), invited: await signUp(world), administrator });
      const plain = await signUp(world);
      callers.set("administrator", administrator);
      callers.set("owner", owner.headers);
      callers.set("invited", invited.headers);
      callers.set("guest", await guestHeaders());
      callers.set("a plain user", plain.headers);
      callers.set("the owner of another tenant", other.headers);
      callers.set("a plain user's key", await keyOf(world, plain));
    });
    afterAll(() => world?.stop());

    const statusOf = async (route: (typeof routes)[number], caller: string | null): Promise<number> => {
      const { body, query, ids: meant } = cases[route.name] ?? {};
      const path = route.path.replaceAll(
        /\{(\w+)\}/g,
        (_all, field: string) => ids[meant?.[field] ?? field] ?? `no-${field}`,
      );
      const search = query === undefined ? "" : `?${new URLSearchParams(query(ids)).toString()}`;
      const isRead = route.method === "GET" || (route.method === "DELETE" && body === undefined);
      const headers = caller === null ? {} : (callers.get(caller) ?? {});
      const response = await sendJson(world, route.method, path + search, {
        headers,
        body: isRead ? undefined : (body?.(ids) ?? {}),
      });
      await response.body?.cancel();
      return response.status;
    };

    test("that asks for an account is in the table", () => {
      expect(Object.keys(cases).toSorted()).toEqual([...new Set(guarded.map((route) => route.name))].toSorted());
    });

    test.each(guarded)("$method $path asks nobody in without credentials", async (route) => {
      expect(await statusOf(route, null)).toBe(401);
    });

    test.each(guarded)("$method $path is closed to guests", async (route) => {
      expect(await statusOf(route, "guest")).toBe(403);
    });

    describe.each(["a plain user", "a plain user's key", "the owner of another tenant"])("for %s", (caller) => {
      test.each(guarded)("$method $path answers as declared", async (route) => {
        const isKey = caller.endsWith("key");
        const expected = isKey && route.decidedBy === "session" ? 403 : cases[route.name]?.outsider;
        expect(await statusOf(route, caller)).toBe(expected);
      });
    });

    describe("for who may", () => {
      test.each(guarded.toSorted((a, b) => orderOf(a.name) - orderOf(b.name)))("$method $path works", async (route) => {
        const { by = "owner", rightful } = cases[route.name] ?? {};
        expect(await statusOf(route, by)).toBe(rightful);
      });
    });
  });
}

const names = Object.keys(cases);
const orderOf = (contractName: string) => names.indexOf(contractName);

interface People {
  readonly owner: Account;
  readonly member: Account;
  readonly invited: Account;
  readonly administrator: Headers;
}

/** A tenant with one of everything. */
async function furnish(world: World, { owner, member, invited, administrator }: People): Promise<Ids> {
  const { headers } = owner;
  const slug = randomUUID();
  const place = { name: slug, display_name: "A place" };
  const teamId = await create(world, "/api/v1/teams", { headers, body: place });
  const workspaceId = await create(world, "/api/v1/workspaces", { headers, body: place });
  for (const path of [`/api/v1/teams/${teamId}`, `/api/v1/workspaces/${workspaceId}`]) {
    const body = { user_id: member.userId, ...(path.includes("teams") ? { team_role: "member" } : {}) };
    const added = await sendJson(world, "POST", `${path}/members`, { headers: administrator, body });
    if (!added.ok) throw new Error(`${path}/members: ${added.status} ${await added.text()}`);
  }
  const invite = (path: string, email: string, more: object = {}) =>
    create(world, `${path}/invitations`, { headers, body: { email, ...more } });
  const roleId = await create(world, "/api/v1/roles", { headers: administrator, body: { name: `role-${slug}` } });
  const permissionId = await create(world, "/api/v1/permissions", {
    headers: administrator,
    body: { resource_type: "kb", resource_path: `/kb/${slug}/*`, action: "read" },
  });
  const grant = { principal_type: "user", principal_id: owner.userId, permission_id: permissionId };
  const share = await sendJson(world, "POST", "/api/v1/shares", {
    headers,
    body: {
      resource_type: "kb",
      resource_id: `/kb/users/${owner.userId}/x.md`,
      recipients: [{ type: "user", id: member.userId }],
    },
  });
  const shares = await jsonOf(share);
  const talk = await jsonOf(await sendJson(world, "POST", "/api/v1/chat", { headers, body: { message: "Hello" } }));
  const asked = { message: "Hello", stream: true, resumable: true };
  const stream = await sendJson(world, "POST", "/api/v1/chat", { headers, body: asked });
  await stream.text();
  const persona = { name: slug, description: "", system_prompt: "Be kind." };
  const made = await jsonOf(await sendJson(world, "POST", "/api/v1/chat/personas", { headers, body: persona }));
  return {
    persona_id: String(made["persona"]?.id),
    conversation_id: String(talk["conversation_id"]),
    stream_id: String(stream.headers.get("x-stream-id")),
    user_id: member.userId,
    owner_id: owner.userId,
    team_id: teamId,
    workspace_id: workspaceId,
    invitation_id: await invite(`/api/v1/teams/${teamId}`, `${randomUUID()}@example.test`, { team_role: "member" }),
    workspace_invitation_id: await invite(`/api/v1/workspaces/${workspaceId}`, `${randomUUID()}@example.test`),
    acceptable_id: await invite(`/api/v1/teams/${teamId}`, invited.email, { team_role: "member" }),
    declinable_id: await invite(`/api/v1/workspaces/${workspaceId}`, invited.email),
    role_id: roleId,
    permission_id: permissionId,
    grant_id: await create(world, "/api/v1/permissions/grants", { headers: administrator, body: grant }),
    share_id: String(shares["shares"]?.[0]?.id),
    key_id: await create(world, "/api/v1/auth/api-keys", { headers, body: { name: "A key" } }),
    member_email: member.email,
    model: "gaia-offline",
  };
}

async function keyOf(world: World, { headers }: Account): Promise<Headers> {
  const response = await sendJson(world, "POST", "/api/v1/auth/api-keys", { headers, body: { name: "Mine" } });
  const created = await jsonOf(response);
  return { "x-api-key": String(created["key"] ?? created["api_key"] ?? created["secret"]) };
}
