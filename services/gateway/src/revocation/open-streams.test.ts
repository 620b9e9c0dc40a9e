import { type GaiaError, type Principal } from "@gaia/contracts";
import { createLog } from "@gaia/kit/log";
import { describe, expect, test } from "vitest";
import { ada } from "../testing/create-test-gateway.ts";
import { OpenStreams } from "./open-streams.ts";

const session = (sessionId: string): Principal => ({
  kind: "user",
  userId: ada.userId,
  email: ada.email,
  sessionId,
  permissions: ["chat:create"],
});

/** Streams by name, and what a look-up of each credential would find now. */
async function setup() {
  const known = new Map<string, Principal | null | Error>();
  const asked: string[] = [];
  const log = await createLog({ level: "silent", pretty: false });
  const find = async ({ hash }: { readonly hash: string }) => {
    asked.push(hash);
    const found = known.get(hash) ?? null;
    if (found instanceof Error) throw found;
    return found;
  };
  const streams = new OpenStreams({ principals: { find }, log });
  const ended = new Map<string, string>();
  const open = (hash: string, principal: Principal = ada, since = streams.count) => {
    known.set(hash, principal);
    return streams.add({
      requestId: `request-${hash}`,
      principal,
      credential: { hash, token: null },
      contract: { name: "chat.create-chat-completion", permission: "chat:create" },
      path: "/v1/chat/completions",
      since,
      end: (error: GaiaError) => void ended.set(hash, error.code),
    });
  };
  return { streams, open, known, asked, ended: () => Object.fromEntries(ended) };
}

describe("answers under way", () => {
  test("end with their key, without asking anybody", async () => {
    const { streams, open, asked, ended } = await setup();
    open("a");
    open("b");
    streams.endKey("a");

    expect(ended()).toEqual({ a: "UNAUTHENTICATED" });
    expect(asked).toEqual([]);
  });

  test("of somebody without an account end with their session, too", async () => {
    const { streams, open, ended } = await setup();
    open("a", { kind: "guest", permissions: [], userId: "anonymous", sessionId: "session-1" });
    await streams.endSessions("anonymous", ["session-1"]);

    expect(ended()).toEqual({ a: "UNAUTHENTICATED" });
  });

  test("end with their session, and not with another one of the same user", async () => {
    const { streams, open, ended } = await setup();
    open("a", session("session-1"));
    open("b", session("session-2"));
    open("key");
    await streams.endSessions(ada.userId, ["session-1"]);

    expect(ended()).toEqual({ a: "UNAUTHENTICATED" });
  });

  test("are looked at again when their user changed: gone, without the permission, or as before", async () => {
    const { streams, open, known, ended, asked } = await setup();
    for (const name of ["gone", "less", "same"]) open(name);
    open("other", { ...ada, userId: "7b1d0000-0000-4000-8000-000000000009" });
    known.set("gone", null);
    known.set("less", { ...ada, permissions: ["model:read"] });
    await streams.recheckUser(ada.userId);

    expect(ended()).toEqual({ gone: "UNAUTHENTICATED", less: "FORBIDDEN" });
    expect(asked.toSorted()).toEqual(["gone", "less", "same"]);
  });

  test("end when their path was closed, and not with another path", async () => {
    const { streams, open, known, ended } = await setup();
    for (const name of ["closed", "open"]) open(name);
    known.set("closed", { ...ada, closedPaths: ["/v1/*"] });
    known.set("open", { ...ada, closedPaths: ["/api/v1/assets/*"] });
    await streams.recheckEverybody();

    expect(ended()).toEqual({ closed: "FORBIDDEN" });
  });

  test("end when nobody can say whether they may go on", async () => {
    const { streams, open, known, ended } = await setup();
    open("a");
    known.set("a", new Error("the database is away"));
    await streams.recheckEverybody();

    expect(ended()).toEqual({ a: "INTERNAL" });
  });

  test("that began while a revocation was announced are looked at again", async () => {
    const { streams, open, known, ended, asked } = await setup();
    const before = streams.count;
    streams.endKey("a");
    known.set("a", null);
    open("late", ada, before);
    open("later", ada);
    await Promise.resolve();

    expect(asked).toEqual(["late"]);
    expect(ended()).toEqual({});
  });

  test("that are over are left alone", async () => {
    const { streams, open, ended } = await setup();
    const close = open("a");
    close();
    streams.endKey("a");

    expect(ended()).toEqual({});
  });

  test("are looked at fifty at a time", async () => {
    const { streams, open, asked } = await setup();
    for (let number = 0; number < 120; number += 1) open(`stream-${number}`);
    const all = streams.recheckEverybody();
    expect(asked).toHaveLength(50);
    await all;
    expect(asked).toHaveLength(120);
  });
});
