import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readEnvironment } from "./read-environment.ts";

function setup(content?: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "gaia-env-")), ".env");
  if (content !== undefined) writeFileSync(path, content);
  return path;
}

test("the environment wins over the file, and the file over nothing", () => {
  const path = setup("# ports\nGATEWAY_PORT=1\nWEB_PORT=2\nNAME='with blanks'\n");

  expect(readEnvironment({ GATEWAY_PORT: "9" }, path)).toEqual({
    GATEWAY_PORT: "9",
    WEB_PORT: "2",
    NAME: "with blanks",
  });
});

test("without a file there is the environment", () => {
  expect(readEnvironment({ A: "1" }, setup())).toEqual({ A: "1" });
});

test("a file that cannot be read is an error, not an empty one", () => {
  expect(() => readEnvironment({}, tmpdir())).toThrow();
});
