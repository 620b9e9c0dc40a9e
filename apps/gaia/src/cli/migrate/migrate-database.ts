import { type Database, migrate, type MigrationOutcome, type MigrationStep, pendingMigrations } from "@gaia/db";
import * as z from "zod";
import { defineCommand } from "../command.ts";
import { jsonOption } from "../command-fields.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { renderJson } from "../render-json.ts";
import { withDatabase } from "../with-database.ts";
import { tellWhatTakesLong } from "./tell-what-takes-long.ts";

type Done = MigrationOutcome & { readonly steps: readonly MigrationStep[] };

export const migrateCommand = defineCommand({
  name: "migrate",
  summary: "Bring the database up to date, as every start of Gaia does",
  input: z.object({ json: jsonOption }),
  async run({ output, environment }, { json }) {
    const outcome = await withDatabase(environment, (database) => migrateAloud(database, output, !json), {
      mayCreate: true,
    });
    output.print(json ? renderJson(toJson(outcome)) : summarize(outcome));
    return exitCodes.ok;
  },
});

async function migrateAloud(database: Database, output: Output, isAloud: boolean): Promise<Done> {
  const names = (await pendingMigrations(database)).map(({ name }) => name);
  const watch = tellWhatTakesLong(names, (text) => {
    if (output.isTerminal) output.note(text);
  });
  const steps: MigrationStep[] = [];
  const onProgress = (step: MigrationStep): void => {
    watch.finished(step.name);
    steps.push(step);
    if (isAloud) output.print(`${step.name}  ${Math.round(step.durationMs)} ms`);
  };
  try {
    return { ...(await migrate(database, { onProgress })), steps };
  } finally {
    watch.stop();
  }
}

function summarize({ applied, adopted }: Done): string {
  if (applied.length === 0) return "Nothing to do: the database is up to date.";
  const origin = adopted === undefined ? "" : ` It was a database of the Python system (${adopted}); its data is kept.`;
  return `Applied ${applied.length} ${applied.length === 1 ? "migration" : "migrations"}.${origin}`;
}

function toJson({ adopted, steps }: Done): object {
  const applied = steps.map(({ name, durationMs }) => ({ name, duration_ms: Math.round(durationMs) }));
  return { applied, adopted: adopted ?? null };
}
