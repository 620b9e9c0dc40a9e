import * as z from "zod";

/** Settings by variable name; each schema carries its `.describe()`. */
export type ConfigShape = Readonly<Record<string, z.ZodType>>;
export type ConfigOf<Shape extends ConfigShape> = { readonly [K in keyof Shape]: z.output<Shape[K]> };
export type Environment = Readonly<Record<string, string | undefined>>;

/** All problems of a configuration at once, for an operator to read. */
export class ConfigError extends Error {
  /** `EX_CONFIG` of sysexits.h. */
  readonly exitCode = 78;
  readonly problems: readonly { readonly name: string; readonly problem: string }[];

  constructor(problems: ConfigError["problems"]) {
    const width = Math.max(...problems.map(({ name }) => name.length));
    const lines = problems.map(({ name, problem }) => `  ${name.padEnd(width)}  ${problem}`);
    super(`The configuration has problems:\n${lines.join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/**
 * Reads settings once. An empty string counts as unset. Values never appear in a problem's text, because they may be
 * secrets.
 */
export function loadConfig<Shape extends ConfigShape>(shape: Shape, environment: Environment): ConfigOf<Shape> {
  const given = Object.fromEntries(
    Object.keys(shape)
      .map((name) => [name, environment[name]?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data as ConfigOf<Shape>;
  throw new ConfigError(
    parsed.error.issues.map((issue) => ({ name: issue.path.join(".") || "configuration", problem: issue.message })),
  );
}

/** A TCP port. 0 lets the system choose a free one. */
export function port(): z.ZodType<number, unknown> {
  return z.coerce.number().int().min(0).max(65_535);
}

/** `true`, `1`, `yes`, `on` and their opposites, any case. */
export function flag(): z.ZodType<boolean, string> {
  return z.stringbool();
}

/** A comma-separated list; blanks around items are dropped, empty items too. */
export function list(): z.ZodType<string[], string> {
  return z.string().transform((text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  );
}
