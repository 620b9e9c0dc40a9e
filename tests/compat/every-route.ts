import { randomUUID } from "node:crypto";
import { allContracts, defineOperation, type Permission } from "@gaia/contracts";
import { implement } from "@gaia/kit/binding";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { jsonOf } from "../topology/requests.ts";
import type { GatewayWorld } from "./gateway.ts";

const routes = allContracts.flatMap(({ http, name, permission }) =>
  http === undefined
    ? []
    : [http.path, ...(http.aliases ?? [])].map((path) => ({ name, permission, method: http.method, path })),
);

export function describeEveryRoute({ world }: GatewayWorld): void {
  // A path parameter needs a value that exists, for a 404 of the route itself would look like a missing route.
  const fill = (path: string) => path.replaceAll("{model}", "gpt-4o").replaceAll("{user_id}", randomUUID());

  describe("every route", () => {
    test("is in /openapi.json, and nothing else is", async () => {
      const document = await jsonOf(await fetch(`${world().url}/openapi.json`));
      expect(document["openapi"]).toBe("3.1.0");
      const documented = Object.entries(document["paths"] as Record<string, object>).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
      expect(documented.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
    });

    test.each(routes)("$method $path is served", async ({ method, path, permission }) => {
      const response = await fetch(world().url + fill(path), {
        method,
        redirect: "manual",
        headers: { "x-api-key": world().key },
        ...(method === "GET" || method === "DELETE" ? {} : { body: "{}" }),
      });
      // Some refuse an empty body, the greeting its sixty-first caller; none may be missing, or broken.
      const expected = permission === "account:own" ? [403] : [200, 201, 303, 400, 422, 429];
      const text = await response.text();
      const isUnknown =
        response.headers.get("x-sb-error-code") === "user_not_found" ||
        /"(?:conversation|persona)\.not_found"/.test(text);
      expect([...expected, ...(isUnknown ? [404] : [])]).toContain(response.status);
    });

    test.each(routes.filter(({ permission }) => permission !== "public"))(
      "$method $path asks for credentials",
      async ({ method, path }) => {
        expect((await fetch(world().url + fill(path), { method })).status).toBe(401);
      },
    );

    test("without a known permission cannot be bound", () => {
      const contract = (permission: string) =>
        defineOperation({
          name: "chat.do-something",
          summary: "",
          permission: permission as Permission,
          input: z.object({}),
          output: z.object({}),
        });
      expect(() => implement(contract("chat:everything"), async () => ({}))).toThrow(/no known permission/);
      expect(() => implement(contract("constructor"), async () => ({}))).toThrow(/no known permission/);
      expect(() => implement(contract("chat:create"), async () => ({}))).not.toThrow();
    });
  });
}
