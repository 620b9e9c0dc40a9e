import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../packages/db/migrations/", import.meta.url));

await createMigration(process.argv.slice(2).join("_"));

async function createMigration(title: string): Promise<void> {
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  if (!slug) {
    console.error("usage: npm run db:new <what it changes>");
    process.exitCode = 64;
    return;
  }

  const file = join(folder, `${await nextNumber()}_${slug}.sql`);
  await writeFile(file, "", { flag: "wx" });
  console.log(file);
}

async function nextNumber(): Promise<string> {
  const files = await readdir(folder);
  const numbers = files.map((file) => Number.parseInt(file, 10)).filter(Number.isInteger);
  return String(Math.max(0, ...numbers) + 1).padStart(4, "0");
}
