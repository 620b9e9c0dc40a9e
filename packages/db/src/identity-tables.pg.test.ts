import { afterAll, describe, expect, test } from "vitest";
import { migrate } from "./index.ts";
import { createTestDatabase } from "./testing.ts";

async function world(prepare: string) {
  const world = await createTestDatabase({ isMigrated: false });
  afterAll(() => world.drop());
  if (prepare !== "") await world.database.pool.query(prepare);
  await migrate(world.database);
  const tables = async () => {
    const { rows } = await world.database.pool.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'auth' order by 1",
    );
    return rows.map(({ name }) => name);
  };
  return { ...world, tables };
}

const ours = [
  "gaia_identity_provider",
  "identities",
  "mfa_amr_claims",
  "one_time_tokens",
  "refresh_tokens",
  "sessions",
  "users",
];

describe("the schema of accounts", () => {
  test("is made where there is none", async () => {
    expect(await (await world("")).tables()).toEqual(ours);
  });

  test("of a Supabase project is left as it is", async () => {
    const { tables, database } = await world(
      `create schema auth; create table auth.users (id uuid primary key, email text);
       insert into auth.users values ('7b1d0000-0000-4000-8000-000000000001', 'ada@example.test')`,
    );

    expect(await tables()).toEqual(["users"]);
    expect((await database.pool.query("select * from auth.users")).rows).toEqual([
      { id: "7b1d0000-0000-4000-8000-000000000001", email: "ada@example.test" },
    ]);
  });

  test("of an earlier Gaia, whose migrations were forgotten, keeps its accounts", async () => {
    const { tables, database } = await world("");
    await database.pool.query(
      `insert into auth.users (id, email) values (gen_random_uuid(), 'ada@example.test');
       delete from gaia_migrations where name = '0012_identity'`,
    );

    await migrate(database);

    expect(await tables()).toEqual(ours);
    expect((await database.pool.query("select email from auth.users")).rows).toEqual([{ email: "ada@example.test" }]);
  });

  test("has Supabase's columns, as far as an account with a password needs them", async () => {
    const { database } = await world("");
    const { rows } = await database.pool.query<{ column: string }>(
      `select table_name || '.' || column_name as column from information_schema.columns where table_schema = 'auth'`,
    );
    const columns = new Set(rows.map(({ column }) => column));

    for (const column of [
      "users.instance_id",
      "users.encrypted_password",
      "users.raw_app_meta_data",
      "users.raw_user_meta_data",
      "users.confirmed_at",
      "users.banned_until",
      "users.is_anonymous",
      "identities.provider_id",
      "identities.identity_data",
      "sessions.refresh_token_hmac_key",
      "sessions.refresh_token_counter",
      "sessions.not_after",
      "one_time_tokens.relates_to",
      "refresh_tokens.parent",
    ]) {
      expect(columns).toContain(column);
    }
  });
});
