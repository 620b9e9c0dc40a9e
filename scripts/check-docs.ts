import { existsSync } from "node:fs";
import { globSync, readFileSync } from "node:fs";

/** Pages that promise to be true: every path of the repository that they name in backticks must exist. */
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "AGENTS.md",
  ...globSync("docs/**/*.md"),
  ...globSync("{packages,services}/*/AGENTS.md"),
];
const namedPath = /`((?:apps|packages|services|tests|scripts|bench|docs|deploy)\/[\w./@-]+)`/g;

for (const page of pages.filter((path) => existsSync(path))) {
  for (const [, path = ""] of readFileSync(page, "utf8").matchAll(namedPath)) {
    if (existsSync(path)) continue;
    console.error(`${page} names ${path}, which does not exist`);
    process.exitCode = 1;
  }
}
