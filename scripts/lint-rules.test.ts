import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";

const run = promisify(execFile);

/** The linter's findings for files planted in a tree of their own, with the rules of this repository. */
async function lint(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gaia-lint-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(".oxlintrc.json", join(folder, ".oxlintrc.json"));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const linter = join(process.cwd(), "node_modules/.bin/oxlint");
  const outcome = await run(linter, [], { cwd: folder }).catch((error: unknown) => error as { stdout: string });
  return outcome.stdout;
}

describe("the linter", () => {
  test.each([
    ["a service that imports a sibling by name", "services/chat/src/a.ts", 'import "@gaia/auth";'],
    [
      "a service that reaches a sibling by path",
      "services/chat/src/a.ts",
      'import "../../auth/src/users/create-user.ts";',
    ],
    ["a deep file that reaches a sibling", "services/chat/src/b/c/a.ts", 'import "../../../../auth/src/index.ts";'],
    ["kit that knows a package above it", "packages/kit/src/a.ts", 'import "@gaia/db";'],
    ["kit that reaches a service by path", "packages/kit/src/a.ts", 'import "../../../services/auth/src/index.ts";'],
    [
      "providers that reach a service by path",
      "packages/providers/src/a.ts",
      'import "../../../services/auth/src/index.ts";',
    ],
    ["contracts that know Node", "packages/contracts/src/a.ts", 'import "node:fs";'],
    ["a client that knows kit", "packages/client/src/a.ts", 'import "@gaia/kit/log";'],
    ["an app that reaches into a package", "apps/gaia/src/a.ts", 'import "../../../packages/kit/src/log.ts";'],
  ])("refuses %s", async (_what, path, line) => {
    expect(await lint({ [path]: `${line}\n` })).toContain("no-restricted-imports");
  });

  test.each([
    ["process.env", 'export const home = process.env["HOME"];', "no-process-env"],
    [
      "the same by its module",
      'import { env } from "node:process";\nexport const home = env["HOME"];',
      "no-restricted-imports",
    ],
    ["any", "export const text = (value: any): string => String(value);", "no-explicit-any"],
    ["a non-null assertion", "export const first = (list: string[]): string => list[0]!;", "no-non-null-assertion"],
    ["a default export", "export default 1;", "no-default-export"],
    ["console", 'console.log("x");', "no-console"],
    ["five parameters", "export const f = (a: 1, b: 1, c: 1, d: 1, e: 1): number => a + b + c + d + e;", "max-params"],
    [
      "301 lines",
      Array.from({ length: 301 }, (_, index) => `export const a${index} = ${index};`).join("\n"),
      "max-lines",
    ],
  ])("refuses %s in a service", async (_what, content, rule) => {
    expect(await lint({ "services/chat/src/a.ts": `${content}\n` })).toContain(rule);
  });

  test("refuses a cycle", async () => {
    const files = {
      "services/chat/src/a.ts": 'import { b } from "./b.ts";\nexport const a = (): number => b() + 1;\n',
      "services/chat/src/b.ts": 'import { a } from "./a.ts";\nexport const b = (): number => a() + 1;\n',
    };
    expect(await lint(files)).toContain("no-cycle");
  });

  test("lets a well-behaved service pass", async () => {
    const files = {
      "services/chat/src/a.ts": 'import { b } from "./b/b.ts";\nexport const a = (): number => b() + 1;\n',
      "services/chat/src/b/b.ts": 'import "@gaia/contracts";\nexport const b = (): number => 1;\n',
    };
    expect(await lint(files)).toContain("0 warnings and 0 errors");
  });
});
