import { expect, test } from "vitest";
import { literalPathsFirst } from "./literal-paths-first.ts";

test("a word goes before a parameter at the same place, and all else keeps its order", () => {
  const paths = ["/b/{id}", "/b/{id}/c", "/a/x", "/b/search", "/b/{id}/{other}", "/b/search/{q}", "/a/w"];

  const sorted = literalPathsFirst(paths.map((path) => ({ path }))).map(({ path }) => path);

  expect(sorted).toEqual(["/a/x", "/b/search", "/a/w", "/b/search/{q}", "/b/{id}", "/b/{id}/c", "/b/{id}/{other}"]);
});
