import { chat, type Contract, gateway } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { ada } from "../testing/create-test-gateway.ts";
import { refuseClosedPath } from "./refuse-closed-path.ts";

const outcome = (
  closedPaths: readonly string[] | undefined,
  path: string,
  contract: Contract = chat.createChatCompletion,
) => {
  try {
    refuseClosedPath(closedPaths === undefined ? ada : { ...ada, closedPaths }, contract, path);
    return "open";
  } catch {
    return "closed";
  }
};

describe("a path that somebody was denied", () => {
  test.each([
    ["nothing", undefined, "/v1/chat/completions", "open"],
    ["another path", ["/api/v1/assets/*"], "/v1/chat/completions", "open"],
    ["the path", ["/v1/chat/completions"], "/v1/chat/completions", "closed"],
    ["the path, asked for with a slash at its end", ["/v1/chat/completions"], "/v1/chat/completions/", "closed"],
    ["what is above it", ["/v1/*"], "/v1/chat/completions", "closed"],
    ["a neighbour whose name begins the same", ["/v1/chat/completion"], "/v1/chat/completions", "open"],
    ["everything", ["/*"], "/v1/chat/completions", "closed"],
  ])("as %s", (_what, closed, path, expected) => {
    expect(outcome(closed, path)).toBe(expected);
  });

  test("closes the other paths of its route", () => {
    expect(outcome(["/api/v1/models"], "/v1/models", chat.listModels)).toBe("closed");
  });

  test("is open to guests, who hold nothing that could be taken", () => {
    expect(() => refuseClosedPath({ kind: "guest", permissions: [] }, gateway.root, "/")).not.toThrow();
  });
});
