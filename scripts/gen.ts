import { readFile, writeFile } from "node:fs/promises";
import { allContracts } from "@gaia/contracts";
import { renderConfigMarkdown, renderEnvironmentExample } from "@gaia/kit/config/document-config";
import { renderOpenApi } from "@gaia/kit/openapi";
import { configSections } from "../apps/gaia/src/config.ts";
import { version } from "../apps/gaia/src/version.ts";
import { generateTables } from "./gen-tables.ts";

/** Everything that follows from the sources: path and content. */
async function generateAll(): Promise<ReadonlyMap<string, string>> {
  const document = renderOpenApi(allContracts, { title: "Gaia", version });
  return new Map([
    ["docs/openapi.json", `${JSON.stringify(document, null, 2)}\n`],
    ["docs/config.md", renderConfigMarkdown(configSections)],
    [".env.example", renderEnvironmentExample(configSections)],
    ["packages/db/src/tables.gen.ts", await generateTables()],
  ]);
}

async function isCurrent(path: string, content: string): Promise<boolean> {
  return (await readFile(path, "utf8").catch(() => "")) === content;
}

const onlyCheck = process.argv.includes("--check");
for (const [path, content] of await generateAll()) {
  if (await isCurrent(path, content)) continue;
  if (onlyCheck) {
    console.error(`${path} is not current: run \`npm run gen\` and commit the result`);
    process.exitCode = 1;
  } else {
    await writeFile(path, content);
    console.log(`wrote ${path}`);
  }
}
