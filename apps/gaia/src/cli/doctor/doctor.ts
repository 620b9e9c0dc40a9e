import type { Environment } from "@gaia/kit/config/load-config";
import { ConfigError } from "@gaia/kit/config/load-config";
import * as z from "zod";
import { type GaiaConfig, readGaiaConfig } from "../../config.ts";
import { defineCommand, type World } from "../command.ts";
import { jsonOption } from "../command-fields.ts";
import { exitCodes } from "../exit-codes.ts";
import { renderJson } from "../render-json.ts";
import { checkDataFolder } from "./check-data-folder.ts";
import { checkDatabase } from "./check-database.ts";
import { checkExposure } from "./check-exposure.ts";
import { checkNats } from "./check-nats.ts";
import { checkNode } from "./check-node.ts";
import { checkPorts } from "./check-ports.ts";
import { checkProviders } from "./check-providers.ts";
import { checkRedis } from "./check-redis.ts";
import { checkServices } from "./check-services.ts";
import { fail, type Finding, ok } from "./finding.ts";
import { renderFinding, summarize } from "./render-findings.ts";

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Check what Gaia needs, and say what to do about what is missing",
  input: z.object({ json: jsonOption }),
  async run(world, { json }) {
    const { output } = world;
    const findings: Finding[] = [];
    for await (const finding of examine(world)) {
      findings.push(finding);
      if (!json) output.print(renderFinding(finding, output.isTerminal));
    }
    const isFine = findings.every(({ state }) => state !== "fail");
    output.print(json ? renderJson({ ok: isFine, findings }) : summarize(findings));
    return isFine ? exitCodes.ok : exitCodes.failed;
  },
});

/** One check after another, so that a report grows while the slow ones still wait for an answer. */
async function* examine({ environment, now, fetch }: World): AsyncGenerator<Finding> {
  yield checkNode(process.versions.node);
  const settings = readSettings(environment);
  yield* settings.findings;
  if (settings.config === undefined) return;
  const { config } = settings;
  yield* checkExposure(config);
  // Who has the folder is looked at before the database is opened, which makes it ours for a moment.
  yield* await checkDataFolder(config);
  yield* await checkDatabase(config, now);
  yield* await checkNats(config);
  yield* await checkRedis(config);
  yield* await checkPorts(config, fetch);
  yield* await checkServices(config, fetch);
  yield* await checkProviders(config, fetch);
}

function readSettings(environment: Environment): {
  readonly findings: readonly Finding[];
  readonly config: GaiaConfig | undefined;
} {
  try {
    const config = readGaiaConfig(environment);
    return { findings: [ok("settings", `${config.GAIA_ENV}, services ${config.services.join(", ")}`)], config };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const advice = "Correct it in .env or the environment; what follows from settings was not checked";
    const findings = error.problems.map(({ name, problem }) => fail("settings", `${name}: ${problem}`, advice));
    return { findings, config: undefined };
  }
}
