// What sqlStore does on every real database with every driver.
import { totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { type SqlQuery, type SqlStore, sqlStore } from "otp-core/store/sql";
import { storeContract } from "otp-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SqlClient } from "../servers/sql-clients.ts";

const HOUR_MS = 3_600_000;
const NOW = 1_800_000_000_000;

let tables = 0;

/** A store in a table that is new; `wrap` stands between it and the driver. */
export async function storeInNewTable(
  { dialect, query }: SqlClient,
  wrap = (inner: SqlQuery) => inner,
): Promise<SqlStore & { readonly table: string }> {
  const table = `table_${tables++}`;
  const store = sqlStore(wrap(query), { dialect, table });
  await query(store.schema(), [], "affected");
  return { ...store, table };
}

/** @param connect - gives a new handle to one and the same database. */
export function describeSqlStore(name: string, connect: () => Promise<SqlClient>): void {
  const clients: SqlClient[] = [];
  beforeAll(async () => {
    clients.push(await connect(), await connect());
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
  });
  const client = () => clients[0] as SqlClient;

  describe(`a store on ${name} keeps the contract`, () => {
    const stores: SqlStore[] = [];
    beforeAll(async () => {
      // A keyword is a name like any other.
      for (const { dialect, query } of clients) stores.push(sqlStore(query, { dialect, table: "order" }));
      await client().query(stores[0]?.schema() ?? "", [], "affected");
    });
    let made = 0;
    it.each(storeContract(() => stores[made++ % 2] as SqlStore))("$name", (law) => law.run());
  });

  describe(`a store on ${name}`, () => {
    const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
    const code = totp(key, { now: NOW });
    const wrong = code === "000000" ? "000001" : "000000";
    const guardOn = (store: SqlStore) => createGuard({ store, clock: () => NOW });

    it("creates its table where there is none, and leaves it alone where it is", async () => {
      const store = await storeInNewTable(client());
      await store.swap("key", null, "kept", null);
      await client().query(store.schema(), [], "affected");
      expect(await store.get("key")).toBe("kept");
    });

    it("takes two statements for an attempt, and one for an attempt that is refused unseen", async () => {
      const sent: string[] = [];
      const store = await storeInNewTable(client(), (query) => (text, params, wants) => {
        sent.push(text.split(" ")[0] ?? "");
        return query(text, params, wants);
      });
      const guard = guardOn(store);
      const statements = async (typed: string) => {
        sent.length = 0;
        const outcome = await guard.attempt({ subject: "factor", key, code: typed });
        return `${outcome.ok ? "ok" : outcome.reason}: ${sent.join(" ")}`;
      };
      expect(await statements(code)).toBe("ok: SELECT INSERT");
      expect(await statements(code)).toBe("replayed: SELECT");
      for (let i = 0; i < 5; i++) expect(await statements(wrong)).toBe("mismatch: SELECT UPDATE");
      expect(await statements(wrong)).toBe("throttled: SELECT");
      expect(await statements("no code")).toBe("malformed: ");
    });

    it("is not confused by a driver that sends each write twice and tells of the second one", async () => {
      // Every other write, because the next one confirms it.
      let writes = 0;
      const store = await storeInNewTable(client(), (query) => async (text, params, wants) => {
        if (wants === "affected" && writes++ % 2 === 0) await query(text, [...params], wants);
        return query(text, params, wants);
      });
      expect(await store.swap("key", null, "first", null)).toBe(false);
      expect(await store.swap("key", "first", "second", null)).toBe(true);

      const guard = guardOn(store);
      expect(await guard.attempt({ subject: "factor", key, code })).toMatchObject({ ok: true });
      expect(await guard.attempt({ subject: "factor", key, code })).toMatchObject({ reason: "replayed" });
      for (let i = 1; i <= 3; i++) {
        expect(await guard.attempt({ subject: "factor", key, code: wrong })).toMatchObject({ reason: "mismatch" });
        expect(await guard.status("factor")).toMatchObject({ failures: i });
      }
    });

    it("sweeps what expired more than an hour ago, and nothing else", async () => {
      const store = await storeInNewTable(client());
      const moments = { old: NOW - HOUR_MS - 1, late: NOW - HOUR_MS, soon: NOW + 1, never: null };
      for (const [name, moment] of Object.entries(moments)) await store.swap(name, null, "value", moment);
      await store.swap("revived", null, "value", NOW - 2 * HOUR_MS);
      await store.swap("revived", "value", "new value", null);

      expect(await store.sweep(NOW)).toBe(1);
      const left = ["old", "late", "soon", "never", "revived"].map((name) => store.get(name));
      expect(await Promise.all(left)).toEqual([null, "value", "value", "value", "new value"]);
      expect(await store.sweep(NOW)).toBe(0);
      expect(await store.sweep(NOW + HOUR_MS + 2)).toBe(2);
    });

    it("lets one of 50 guards accept a code (trap 6)", async () => {
      const table = await storeInNewTable(client());
      // Guards of several processes do not queue for one another; here each has a store object of its own.
      const guards = Array.from({ length: 50 }, () => guardOn({ ...table }));
      const verdicts = await Promise.all(guards.map((guard) => guard.attempt({ subject: "factor", key, code })));
      expect(verdicts.filter(({ ok }) => ok)).toHaveLength(1);
      expect(verdicts.filter((outcome) => !outcome.ok && outcome.reason === "replayed")).toHaveLength(49);
    });
  });
}
