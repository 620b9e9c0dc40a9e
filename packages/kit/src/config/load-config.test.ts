import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ConfigError, type ConfigShape, type Environment, flag, list, loadConfig, port } from "./load-config.ts";
import { secret } from "./secret.ts";

function problemsOf(shape: ConfigShape, environment: Environment): ConfigError {
  try {
    loadConfig(shape, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error("The configuration has no problems");
}

describe("loading the configuration", () => {
  test("reads what the shape names and nothing else", () => {
    const config = loadConfig({ HOST: z.string(), PORT: port() }, { HOST: " here ", PORT: "8666", OTHER: "x" });

    expect(config).toEqual({ HOST: "here", PORT: 8666 });
  });

  test.each(["", "   ", undefined])("takes %j for unset, so that the default holds", (value) => {
    expect(loadConfig({ PORT: port().default(8666) }, { PORT: value })).toEqual({ PORT: 8666 });
    expect(loadConfig({ KEY: secret().optional() }, { KEY: value })).toEqual({});
  });

  test("tells all problems at once, by name", () => {
    const shape = { PORT: port(), LEVEL: z.enum(["debug", "info"]), NEEDED: z.string(), GOOD: z.string() };

    const error = problemsOf(shape, { PORT: "seven", LEVEL: "loud", GOOD: "x" });

    expect(error.problems.map(({ name }) => name)).toEqual(["PORT", "LEVEL", "NEEDED"]);
    expect(error.exitCode).toBe(78);
    expect(error.message.split("\n").slice(1)).toEqual(
      error.problems.map(({ name, problem }) => `  ${name.padEnd("NEEDED".length)}  ${problem}`),
    );
  });

  test("never shows a value in a problem, because it may be a secret", () => {
    const shape = {
      A: secret().pipe(z.never()),
      B: port(),
      C: z.url(),
      D: z.enum(["x"]),
      E: flag(),
      F: z.string().regex(/^x$/),
    };
    const value = "hunter2-is-my-password";

    const error = problemsOf(shape, { A: value, B: value, C: value, D: value, E: value, F: value });

    expect(error.problems).toHaveLength(6);
    expect(error.message + inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain(value);
  });
});

describe("a secret", () => {
  const { KEY } = loadConfig({ KEY: secret() }, { KEY: "hunter2" });

  test("is revealed on demand only", () => {
    expect(KEY.reveal()).toBe("hunter2");
  });

  test.each([
    ["text", () => String(KEY)],
    ["joined text", () => ["key", KEY].join("=")],
    ["JSON", () => JSON.stringify({ KEY })],
    ["inspection", () => inspect({ KEY }, { showHidden: true, depth: 9 })],
    ["a copy", () => JSON.stringify(Object.assign({}, KEY))],
    ["its keys", () => JSON.stringify([Object.entries(KEY), Reflect.ownKeys(KEY)])],
  ])("is not shown as %s", (_form, show) => {
    expect(show()).not.toContain("hunter2");
  });
});

describe("a port", () => {
  test.each([
    ["0", 0],
    ["80", 80],
    ["65535", 65_535],
  ])("may be %s", (text, expected) => {
    expect(port().parse(text)).toBe(expected);
  });

  test.each(["-1", "65536", "80.5", "http", "8666x"])("may not be %s", (text) => {
    expect(port().safeParse(text).success).toBe(false);
  });
});

describe("a flag", () => {
  test.each([
    ...["true", "TRUE", "1", "yes", "on"].map((text) => [text, true] as const),
    ...["false", "False", "0", "no", "off"].map((text) => [text, false] as const),
  ])("%s is %s", (text, expected) => {
    expect(flag().parse(text)).toBe(expected);
  });

  test("is nothing in between", () => {
    expect(flag().safeParse("maybe").success).toBe(false);
  });
});

describe("a list", () => {
  test.each([
    ["a,b", ["a", "b"]],
    [" a , b ,", ["a", "b"]],
    [",", []],
    ["*", ["*"]],
  ])("%j is %j", (text, expected) => {
    expect(list().parse(text)).toEqual(expected);
  });
});
