import { type SqlStore, sqlStore } from "otp-core/store/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Mariadb, mariadbIsInstalled, privateMariadb } from "../servers/mariadb.ts";
import { serverSuite } from "../servers/server-suite.ts";
import { connect, type SqlClient } from "../servers/sql-clients.ts";
import { ONCE, runExample } from "../support/sql-example.ts";
import { describeSqlStore, storeInNewTable } from "../support/sql-laws.ts";

serverSuite("sqlStore on MariaDB", "mariadbd", mariadbIsInstalled, () => {
  let server: Mariadb;
  beforeAll(async () => {
    server = await privateMariadb();
  });
  afterAll(() => server?.remove());

  // Whether an UPDATE that finds a row and changes nothing counts it.
  describe.each([
    ["counting the rows that were found", {}],
    ["counting the rows that were changed", { flags: ["-FOUND_ROWS"] }],
  ])("with mysql2 %s", (how, options) =>
    describeSqlStore(`MariaDB with mysql2 ${how}`, () => connect("mysql2", server.url, options)),
  );

  it("examples/sql-mysql2.js lets a code pass once, in a table that is new or not", () => {
    const needs = { package: "mysql2" };
    for (let i = 0; i < 2; i++) expect(runExample("sql-mysql2.js", { DATABASE_URL: server.url }, needs)).toBe(ONCE);
  });

  describe("where text would be taken for other text", () => {
    let client: SqlClient;
    let store: SqlStore;
    beforeAll(async () => {
      client = await connect("mysql2", server.url, { connectionLimit: 1 });
      store = await storeInNewTable(client);
    });
    afterAll(() => client.close());

    it("MariaDB itself takes case, accents and spaces at the end for nothing, so this proves something", async () => {
      const sql = "SELECT 'v' = 'v ' AND 'A' = 'a' AND 'e' = 'é' AS same";
      expect((await client.query(sql, [], "rows")).rows).toEqual([{ same: 1 }]);
    });

    it("no two values are one, and no two keys", async () => {
      const alike = ["v", "v ", "V", "é", "e", "E", "e\u0301", "ß", "ss", "\u{1f600}", "\u{1f601}", "?", "v\t"];
      for (const text of alike) expect(await store.swap(text, null, text, null)).toBe(true);
      for (const text of alike) {
        expect(await store.get(text)).toBe(text);
        for (const other of alike) if (other !== text) expect(await store.swap(text, other, "lost", null)).toBe(false);
      }
    });

    it("and without strict mode nothing is cut off, where MariaDB itself cuts", async () => {
      await client.query("SET SESSION sql_mode = ''", [], "affected");
      await client.query("CREATE TABLE cut (k varbinary(100) PRIMARY KEY)", [], "affected");
      await client.query("INSERT INTO cut VALUES (?)", ["k".repeat(101)], "affected");
      const cut = await client.query("SELECT LENGTH(k) AS length FROM cut", [], "rows");
      expect(cut.rows).toEqual([{ length: 100 }]);

      const long = "k".repeat(100);
      expect(await store.swap(long, null, "mine", null)).toBe(true);
      await expect(store.swap(`${long}k`, null, "theirs", null)).rejects.toMatchObject({ argument: "key" });
      expect(await store.get(long)).toBe("mine");
      // Beyond what `text` and `blob` hold.
      const value = "\u20ac".repeat(40_000);
      expect(await store.swap("long value", null, value, null)).toBe(true);
      expect(await store.get("long value")).toBe(value);
    });
  });

  it("a sweep neither locks nor waits for a record that has not expired", async () => {
    const [client, busy] = [
      await connect("mysql2", server.url),
      await connect("mysql2", server.url, { connectionLimit: 1 }),
    ];
    const store = await storeInNewTable(client);
    // So many have expired that reading all of the table looks cheaper than reading an index.
    const expired = `INSERT INTO ${store.table} SELECT CONCAT("expired ", seq), "value", 1 FROM seq_1_to_2000`;
    await client.query(expired, [], "affected");
    await store.swap("kept for ever", null, "value", null);
    // The sweep stops at the first of these two, and looks no further.
    await store.swap("expires soon", null, "value", Date.now());
    await store.swap("expires later", null, "value", Date.now() + 60_000);
    // Another transaction holds the locks of records that must not be swept.
    await busy.query("START TRANSACTION", [], "affected");
    const lock = `SELECT 1 FROM ${store.table} WHERE \`key\` = ? FOR UPDATE`;
    for (const name of ["kept for ever", "expires later"]) await busy.query(lock, [name], "rows");
    expect(await store.sweep()).toBe(2000);
    await busy.query("ROLLBACK", [], "affected");
    await Promise.all([client.close(), busy.close()]);
  });

  it("text goes through the other protocol of the driver as well", async () => {
    const client = await connect("mysql2", server.url);
    const { default: mysql } = await import("mysql2/promise");
    const pool = mysql.createPool(server.url);
    const store = sqlStore(
      async (text, params, wants) => {
        const [result] = await pool.query(text, params);
        if (wants === "rows") return { rows: result as unknown[] };
        return { affected: (result as { affectedRows: number }).affectedRows };
      },
      { dialect: "mysql", table: "by_query" },
    );
    await client.query(store.schema(), [], "affected");
    const value = "ab'\"\\%_?$1 \n\u20ac\u00e9\u{1f600} ";
    expect(await store.swap("key", null, value, Date.now())).toBe(true);
    expect(await store.get("key")).toBe(value);
    expect(await store.swap("key", null, value, null)).toBe(false);
    expect(await store.swap("key", value, "next", null)).toBe(true);
    await Promise.all([client.close(), pool.end()]);
  });
});
