import { createTestDatabase } from "@gaia/db/testing";
import { describeJobs } from "@gaia/kit/jobs/conformance";
import type { SqlExecutor } from "@gaia/kit/jobs/jobs";
import { afterAll } from "vitest";

const test = await createTestDatabase({ isMigrated: false });
const { database } = test;
afterAll(() => test.drop());

describeJobs(database.kind, () => ({ executor: database.pool, inTransaction }));

async function inTransaction(work: (connection: SqlExecutor) => Promise<void>): Promise<void> {
  const connection = await database.pool.connect();
  try {
    await connection.query("begin");
    await work(connection);
    await connection.query("commit");
  } catch (error) {
    await connection.query("rollback");
    throw error;
  } finally {
    connection.release();
  }
}
