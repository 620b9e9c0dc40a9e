import { openDatabase } from "../src/index.ts";

// Started by tests as a process of its own: opens the folder, stores rows, says so and stays.
const [dataFolder = "", rows = "0"] = process.argv.slice(2);

const database = await openDatabase({ dataFolder });
await database.pool.query("create table if not exists kept (id int)");
await database.pool.query("insert into kept select generate_series(1, $1::int)", [rows]);
process.stdout.write("ready\n");
process.stdin.resume();
process.stdin.once("end", () => {
  void database.close();
});
