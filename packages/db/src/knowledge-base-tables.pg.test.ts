import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./testing.ts";

let world: TestDatabase;
beforeAll(async () => {
  world = await createTestDatabase();
});
afterAll(() => world.drop());

test("a document can be deleted, and its history stays", async () => {
  await write("/kb/gone.md", { content: "# Gone", modified_by: "ada" });
  await world.database.pool.query("delete from kb_documents where path = '/kb/gone.md'");
  expect(await history("/kb/gone.md")).toEqual([
    { change_type: "create", changed_by: "ada" },
    { change_type: "delete", changed_by: "ada" },
  ]);
});

test("a document can be renamed, and its search rows follow", async () => {
  const { pool } = world.database;
  await write("/kb/before.md", { content: "# Name", created_by: "ben" });
  await pool.query("insert into kb_search_index (path, line_number) values ('/kb/before.md', 1)");
  await pool.query("update kb_documents set path = '/kb/after.md' where path = '/kb/before.md'");

  expect((await pool.query("select path from kb_search_index")).rows).toEqual([{ path: "/kb/after.md" }]);
  expect(await history("/kb/before.md")).toEqual([{ change_type: "create", changed_by: "ben" }]);
  expect(await history("/kb/after.md")).toEqual([{ change_type: "move", changed_by: "ben" }]);
});

test("a change says who made it, and when", async () => {
  await write("/kb/changed.md", { content: "1" });
  await world.database.pool.query(
    `update kb_documents set document = '{"content": "2", "modified_by": "cleo"}', updated_at = '2020-01-01' where path = '/kb/changed.md'`,
  );
  expect(await history("/kb/changed.md")).toEqual([
    { change_type: "create", changed_by: "system" },
    { change_type: "update", changed_by: "cleo" },
  ]);
  const { rows } = await world.database.pool.query(
    "select updated_at >= created_at as moved from kb_documents where path = '/kb/changed.md'",
  );
  expect(rows).toEqual([{ moved: true }]);
});

async function write(path: string, document: Record<string, string>): Promise<void> {
  await world.database.kysely
    .insertInto("kb_documents")
    .values({ path, document: JSON.stringify(document) })
    .execute();
}

async function history(path: string): Promise<unknown[]> {
  return world.database.kysely
    .selectFrom("kb_document_history")
    .select(["change_type", "changed_by"])
    .where("path", "=", path)
    .orderBy("id")
    .execute();
}
