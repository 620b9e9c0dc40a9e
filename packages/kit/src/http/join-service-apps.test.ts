import type { ServiceName } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { joinServiceApps } from "./join-service-apps.ts";
import type { Upstream } from "./upstream.ts";

function setup() {
  const asked: string[] = [];
  const app =
    (name: string): Upstream =>
    async (request) => {
      asked.push(name);
      return Response.json({ name, body: Buffer.from(await request.arrayBuffer()).toString() }, { status: 404 });
    };
  const apps = new Map<ServiceName, Upstream>([
    ["auth", app("auth")],
    ["chat", app("chat")],
    ["kb", app("kb")],
  ]);
  const fetch = joinServiceApps(apps);
  const send = (method: string, path: string) =>
    fetch(new Request(`http://inner.test${path}`, { method, body: method === "POST" ? "sent" : null }));
  return { send, asked };
}

describe("services behind one listener", () => {
  test("get what is theirs, and their answer is the answer, also when it is 404", async () => {
    const { send, asked } = setup();

    const response = await send("POST", "/v1/chat/completions");

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ name: "chat", body: "sent" });
    expect(asked).toEqual(["chat"]);
  });

  test("have one health", async () => {
    const { send, asked } = setup();

    await send("GET", "/health");

    expect(asked).toEqual(["auth"]);
  });

  test.each([
    ["GET", "/v1/chat/completions"],
    ["GET", "/docs"],
    ["POST", "/nowhere"],
  ])("do not get %s %s, which is none of theirs", async (method, path) => {
    const { send, asked } = setup();

    const response = await send(method, path);

    expect(response.status).toBe(404);
    expect(asked).toEqual([]);
  });
});
