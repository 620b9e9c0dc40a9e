import { describe, expect, test } from "vitest";
import { isCoveredBy } from "./scope-coverage.ts";

describe("scopes", () => {
  test.each([
    [["chat:read"], ["chat:read"]],
    [["chat:read", "kb:read"], ["*:read"]],
    [["chat:read", "chat:*"], ["chat:*"]],
    [["*"], ["*"]],
    [
      ["kb:read", "*:*"],
      ["chat:read", "*"],
    ],
    [["kb:read:/kb/a"], ["kb:read"]],
    [["kb:read:/kb/a"], ["kb:read:*"]],
    [["kb:read"], ["kb:read:*"]],
    [["kb:read:/kb/a/b", "kb:read:/kb/a/*"], ["kb:read:/kb/a/*"]],
    [["kb:read:/kb/a/b/*"], ["kb:read:/kb/a/*"]],
    [["kb:read:/kb/users/{user_id}/x"], ["kb:read:/kb/users/{user_id}/*"]],
    [[], ["chat:read"]],
    [["chat:read"], null],
    [null, null],
    [null, ["*"]],
  ])("%j are covered by %j", (inner, outer) => {
    expect(isCoveredBy(inner, outer)).toBe(true);
  });

  test.each([
    [["chat:read", "chat:create"], ["chat:read"]],
    [["chat:*"], ["chat:read"]],
    [["*:read"], ["chat:read"]],
    [["*"], ["*:*"]],
    [["*:*"], ["*:read", "chat:*"]],
    [["kb:read"], ["kb:read:/kb/a"]],
    [["kb:read:*"], ["kb:read:/kb/*"]],
    [["kb:read:/kb/a/*"], ["kb:read:/kb/a"]],
    [["kb:read:/kb/ab"], ["kb:read:/kb/a/*"]],
    [["kb:read:/kb/a"], ["kb:read:/kb/a/*"]],
    [["chat:read"], []],
    [null, ["chat:read", "*:*"]],
    [null, []],
  ])("%j are not covered by %j", (inner, outer) => {
    expect(isCoveredBy(inner, outer)).toBe(false);
  });
});
