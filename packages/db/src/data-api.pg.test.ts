import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "./index.ts";
import { createTestDatabase, type TestDatabase } from "./testing.ts";

/** As a Supabase project's database is: two roles for everybody with its public key, which get every new table. */
let world: TestDatabase;
const rolesOf = `
  do $$ begin
    if to_regrole('anon') is null then create role anon nologin; end if;
    if to_regrole('authenticated') is null then create role authenticated nologin; end if;
  end $$;
  grant usage on schema public to anon, authenticated;
  alter default privileges in schema public grant all on tables to anon, authenticated;`;

beforeAll(async () => {
  world = await createTestDatabase({ isMigrated: false });
  await world.database.pool.query(rolesOf);
  await world.database.pool.query(`
    create table somebody_elses (id int);
    insert into somebody_elses values (1);`);
  await migrate(world.database);
});
afterAll(async () => {
  // Roles belong to the whole server.
  await world.database.pool.query("drop owned by anon, authenticated");
  await world.drop();
});

const reachable = async (): Promise<string[]> => {
  const { rows } = await world.database.pool.query<{ relname: string }>(
    `select relname from pg_class, unnest(array['anon', 'authenticated']) as role
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and (has_table_privilege(role, oid, 'select') or has_table_privilege(role, oid, 'insert')
         or has_table_privilege(role, oid, 'update') or has_table_privilege(role, oid, 'delete') or not relrowsecurity)
     group by relname`,
  );
  return rows.map(({ relname }) => relname);
};

describe("the data API of a Supabase project", () => {
  test("reaches none of Gaia's tables, and everything of others as before", async () => {
    expect(await reachable()).toEqual(["somebody_elses"]);
  });

  test("lets nobody in who takes the role of everybody", async () => {
    const client = await world.database.pool.connect();
    for (const statement of ["select * from api_keys", "insert into user_roles select * from user_roles"]) {
      await client.query("begin");
      await client.query("set local role anon");
      await expect(client.query(statement)).rejects.toThrow(/permission denied/);
      await client.query("rollback");
    }
    client.release();
  });

  test("stands in no way of a sign-up trigger of the project", async () => {
    await world.database.pool.query(`
      create function handle_new_user() returns void language sql security definer set search_path = '' as
        $$ insert into public.users (id, email) values (gen_random_uuid(), 'ada@example.test') $$`);
    await world.database.pool.query("select handle_new_user()");
    const { rows } = await world.database.pool.query(
      `select roles.name from user_roles join roles on roles.id = role_id join users on users.id = user_id
       where users.email = 'ada@example.test'`,
    );
    expect(rows).toEqual([{ name: "user" }]);
  });
});
