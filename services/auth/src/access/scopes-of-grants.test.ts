import { expect, test } from "vitest";
import { scopesOfGrants } from "./scopes-of-grants.ts";

test.each([
  [{}, null],
  [[], null],
  [{ environment: "local" }, null],
  [{ admin: false }, null],
  [{ admin: true, environment: "local" }, ["*"]],
  [["admin"], ["*"]],
  [{ kb_access: true }, ["kb:read", "kb:write"]],
  [
    ["kb:read", "asset:*"],
    ["kb:read", "asset:*"],
  ],
  [["nonsense"], ["nonsense"]],
  [{ "kb:read": true, "kb:write": false }, ["kb:read"]],
  [{ "kb:read": false }, []],
  [{ "kb:read": "yes" }, []],
])("the grants %j state the scopes %j", (grants, scopes) => {
  expect(scopesOfGrants(grants)).toEqual(scopes);
});
