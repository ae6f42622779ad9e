import { sqlStore } from "otp-core/store/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Postgres, postgresIsInstalled, privatePostgres } from "../servers/postgres.ts";
import { serverSuite } from "../servers/server-suite.ts";
import { connect } from "../servers/sql-clients.ts";
import { ONCE, runExample } from "../support/sql-example.ts";
import { describeSqlStore, storeInNewTable } from "../support/sql-laws.ts";

serverSuite("sqlStore on PostgreSQL", "postgres", postgresIsInstalled, () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await privatePostgres();
  });
  afterAll(() => server?.remove());

  describe("with pg", () => describeSqlStore("PostgreSQL with pg", () => connect("pg", server.url)));
  describe("with postgres.js", () =>
    describeSqlStore("PostgreSQL with postgres.js", () => connect("postgres", server.url)));

  it.each([
    { file: "sql-pg.js", package: "pg" },
    { file: "sql-postgres-js.js", package: "postgres" },
  ])("examples/$file lets a code pass once, in a table that is new or not", ({ file, ...needs }) => {
    for (let i = 0; i < 2; i++) expect(runExample(file, { DATABASE_URL: server.url }, needs)).toBe(ONCE);
  });

  it("examples/own-row.js lets one of eight in, and counts every guess (trap 24)", () => {
    expect(runExample("own-row.js", { DATABASE_URL: server.url }, { package: "pg" })).toBe("1\n7\n5\n3\n");
  });

  it("compares and orders by bytes, whatever the collation of the database", async () => {
    const client = await connect("pg", server.url);
    const { table } = await storeInNewTable(client);
    const { rows } = await client.query(
      "SELECT column_name, collation_name FROM information_schema.columns WHERE table_name = $1 ORDER BY 1",
      [table],
      "rows",
    );
    expect(rows).toEqual([
      { column_name: "expires_at", collation_name: null },
      { column_name: "key", collation_name: "C" },
      { column_name: "value", collation_name: "C" },
    ]);
    await client.close();
  });

  it("rejects with the server's error when the transaction cannot be serialized, and never says true", async () => {
    const url = `${server.url}?options=-c%20default_transaction_isolation%3Dserializable`;
    const clients = await Promise.all([connect("pg", url), connect("pg", url)]);
    const { table } = await storeInNewTable(clients[0]);
    const stores = clients.map(({ query }) => sqlStore(query, { dialect: "postgres", table }));
    await stores[0]?.swap("key", null, "start", null);
    const swaps = Array.from({ length: 50 }, (_, i) => stores[i % 2]?.swap("key", "start", `racer ${i}`, null));
    const results = await Promise.allSettled(swaps);
    expect(results.filter((result) => result.status === "fulfilled" && result.value === true)).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason.code).toBe("40001");
    for (const client of clients) await client.close();
  });
});
