import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqlStore } from "otp-core/store/sql";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serverSuite } from "../servers/server-suite.ts";
import { connect } from "../servers/sql-clients.ts";
import { hasBetterSqlite3, nodeWithSqlite, ONCE, runExample } from "../support/sql-example.ts";
import { describeSqlStore, storeInNewTable } from "../support/sql-laws.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "otp-core-sqlite-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeSqlStore("a SQLite file", () => connect("node-sqlite3-wasm", join(folder, "store.db")));

it("a record in a SQLite file is there when another process opens the file later", async () => {
  const file = join(folder, "later.db");
  const writer = await connect("node-sqlite3-wasm", file);
  const { table, swap } = await storeInNewTable(writer);
  await swap("key", null, "value", null);
  await writer.close();
  const reader = await connect("node-sqlite3-wasm", file);
  expect(await sqlStore(reader.query, { dialect: "sqlite", table }).get("key")).toBe("value");
  await reader.close();
});

it("a SQLite file that is closed or locked rejects, and is not taken for an empty one", async () => {
  const file = join(folder, "locked.db");
  const [client, other] = [
    await connect("node-sqlite3-wasm", file, { patient: false }),
    await connect("node-sqlite3-wasm", file),
  ];
  const store = await storeInNewTable(client);
  await other.query("BEGIN EXCLUSIVE", [], "affected");
  await expect(store.get("key")).rejects.toThrow(/locked/);
  await expect(store.swap("key", null, "value", null)).rejects.toThrow(/locked/);
  await other.close();
  expect(await store.get("key")).toBe(null);
  await client.close();
  await expect(store.get("key")).rejects.toThrow();
});

serverSuite(
  "examples/sql-better-sqlite3.js",
  "better-sqlite3 for this Node",
  hasBetterSqlite3,
  () => {
    it("lets a code pass once, in a file that is new or not", () => {
      const env = { DATABASE_FILE: join(folder, "better-sqlite3.db") };
      const needs = { package: "better-sqlite3" };
      for (let i = 0; i < 2; i++) expect(runExample("sql-better-sqlite3.js", env, needs)).toBe(ONCE);
    });
  },
  // It is downloaded or built when it is installed, and neither works on every machine.
  false,
);

serverSuite("examples/sql-node-sqlite.js", "a Node with node:sqlite", nodeWithSqlite !== undefined, () => {
  it("lets a code pass once, in a file that is new or not", () => {
    const env = { DATABASE_FILE: join(folder, "node-sqlite.db") };
    const needs = { node: nodeWithSqlite };
    for (let i = 0; i < 2; i++) expect(runExample("sql-node-sqlite.js", env, needs)).toBe(ONCE);
  });
});
