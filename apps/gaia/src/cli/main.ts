#!/usr/bin/env node
import { readEnvironment } from "../read-environment.ts";
import { version } from "../version.ts";
import { commands } from "./commands.ts";
import { processOutput } from "./output.ts";
import { runCommandLine } from "./run-command-line.ts";

process.exitCode = await runCommandLine({
  commands,
  version,
  arguments: process.argv.slice(2),
  world: {
    output: processOutput(process.stdout, process.stderr),
    environment: readEnvironment(process.env),
    now: () => new Date(),
    fetch,
  },
});
