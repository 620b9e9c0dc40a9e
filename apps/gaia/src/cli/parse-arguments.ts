import { parseArgs } from "node:util";
import type { Command } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/** The values of a command line under the names of the command's fields. */
export function parseArguments(command: Command, words: readonly string[]): Readonly<Record<string, unknown>> {
  const { values, positionals } = parseStrictly(command, words);
  const surplus = positionals[command.arguments.length];
  if (surplus !== undefined) throw new UsageError(`Unexpected argument '${surplus}'`);
  const options = command.options.map(({ name, label }) => [name, values[label.slice(2)]] as const);
  const places = command.arguments.map(({ name }, index) => [name, positionals[index]] as const);
  return Object.fromEntries([...options, ...places].filter(([, value]) => value !== undefined));
}

function parseStrictly(command: Command, words: readonly string[]): ReturnType<typeof parseArgs> {
  const options = command.options.map(
    ({ label, isFlag }) => [label.slice(2), { type: isFlag ? "boolean" : "string" }] as const,
  );
  try {
    return parseArgs({ args: [...words], options: Object.fromEntries(options), allowPositionals: true, strict: true });
  } catch (error) {
    // The first sentence says what is wrong; the others teach how options are written.
    if (error instanceof TypeError) throw new UsageError(error.message.split(/\. |\n/)[0] ?? error.message);
    throw error;
  }
}
