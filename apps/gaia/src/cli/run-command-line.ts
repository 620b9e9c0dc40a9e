import type { Command, World } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { parseArguments } from "./parse-arguments.ts";
import { renderCommandHelp, renderHelp } from "./render-help.ts";
import { reportFailure } from "./report-failure.ts";
import { UsageError } from "./usage-error.ts";

interface CommandLine {
  readonly commands: readonly Command[];
  readonly version: string;
  readonly arguments: readonly string[];
  readonly world: World;
}

/** Runs what the words ask for and answers the exit code; nothing is thrown. */
export async function runCommandLine(line: CommandLine): Promise<ExitCode> {
  try {
    return await dispatch(line);
  } catch (error) {
    return reportFailure(error, line.world.output);
  }
}

async function dispatch({ commands, version, arguments: words, world }: CommandLine): Promise<ExitCode> {
  const [first = ""] = words;
  if (["--version", "-v"].includes(first)) return answer(world, version);
  if (isHelp(first) || first === "help") return answer(world, renderHelp(commands));

  const found = findCommand(commands, words);
  if (found !== undefined) {
    if (found.rest.some(isHelp)) return answer(world, renderCommandHelp(found.command));
    return found.command.execute(world, parseArguments(found.command, found.rest));
  }
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0 && words.some(isHelp)) return answer(world, renderHelp(group));
  throw new UsageError(unknownCommand(words, group.length > 0 ? group : commands));
}

function answer({ output }: World, text: string): ExitCode {
  output.print(text);
  return exitCodes.ok;
}

function findCommand(
  commands: readonly Command[],
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const command = commands.find(({ name }) => name === words.slice(0, length).join(" "));
    if (command !== undefined) return { command, rest: words.slice(length) };
  }
  return undefined;
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

function unknownCommand(words: readonly string[], choices: readonly Command[]): string {
  const names = choices.map(({ name }) => name).join(", ");
  const given = words.slice(0, 2).join(" ");
  return given === "" ? `Which command? There are ${names}` : `Unknown command '${given}'. There are ${names}`;
}
