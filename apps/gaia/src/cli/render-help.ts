import type { Command } from "./command.ts";
import { renderColumns } from "./render-columns.ts";

const settingsNote =
  "Settings come from the environment and from .env in the working directory, as they do for Gaia itself.";

export function renderHelp(commands: readonly Command[]): string {
  const rows = commands.map((command) => [`  ${[command.name, ...places(command)].join(" ")}`, command.summary]);
  return [
    "Usage: gaia <command> [options]",
    "",
    renderColumns(rows),
    "",
    "  gaia <command> --help   tells its options",
    "  gaia --version",
    "",
    settingsNote,
  ].join("\n");
}

export function renderCommandHelp(command: Command): string {
  const options = command.options.map(({ label, isFlag, isRequired, placeholder, summary }) => [
    `  ${isFlag ? label : `${label} <${placeholder}>`}`,
    isRequired ? `${summary} (required)` : summary,
  ]);
  const usage = ["gaia", command.name, ...places(command), ...(options.length > 0 ? ["[options]"] : [])].join(" ");
  const arguments_ = command.arguments.map(({ label, summary }) => [`  ${label}`, summary]);
  return [
    `Usage: ${usage}`,
    "",
    command.summary,
    "",
    renderColumns([...arguments_, ...options]),
    "",
    settingsNote,
  ].join("\n");
}

function places({ arguments: fields }: Command): string[] {
  return fields.map(({ label, isRequired }) => (isRequired ? label : `[${label}]`));
}
