// Stores that apply a write and cannot yet keep it: PostgreSQL whose synchronous standby is away, Redis whose replica does not
// acknowledge. A read shows the write, and a failover would drop it, so nothing may be answered from that read.
import { totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import type { Store } from "otp-core/store";
import { type RedisSend, redisStore } from "otp-core/store/redis";
import { type SqlQuery, sqlStore } from "otp-core/store/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Postgres, postgresIsInstalled, privatePostgres } from "../servers/postgres.ts";
import { privateRedis, type Redis, redisIsInstalled } from "../servers/redis.ts";
import { type Connection, REDIS_CLIENTS } from "../servers/redis-clients.ts";
import { serverSuite } from "../servers/server-suite.ts";
import { connect, type SqlClient } from "../servers/sql-clients.js";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
const right = totp(key, { now: NOW });
const wrong = "000000";

const guardOn = (store: Store) => createGuard({ store, clock: () => NOW });

/** What must hold whichever server it is. `failOver` drops the record, as a standby that never got it would. */
function expectNoAnswerFromARead(stores: () => { unsafe: Store; safe: Store; failOver: () => Promise<unknown> }): void {
  it("a valid code is not accepted, and after a failover it is accepted once", async () => {
    const { unsafe, safe, failOver } = stores();
    const attempt = { subject: "right", key, code: right };
    await expect(guardOn(unsafe).attempt(attempt)).rejects.toThrow(refusal("store-uncertain"));
    // It is there, and may be gone.
    expect(await guardOn(safe).status("right")).toMatchObject({ keys: { default: { step: NOW / 30_000 } } });
    await failOver();
    expect(await guardOn(safe).attempt(attempt)).toMatchObject({ ok: true });
    expect(await guardOn(safe).attempt(attempt)).toMatchObject({ reason: "replayed" });
  });

  it("a wrong code is not answered either: after a failover it would have been a free guess", async () => {
    const { unsafe, safe } = stores();
    const attempt = { subject: "wrong", key, code: wrong };
    await expect(guardOn(unsafe).attempt(attempt)).rejects.toThrow(refusal("store-uncertain"));
    expect(await guardOn(safe).status("wrong")).toMatchObject({ failures: 1 });
  });

  it("an unlock is not done, although there is nothing to forgive", async () => {
    await expect(guardOn(stores().unsafe).unlock("new")).rejects.toThrow(refusal("store-uncertain"));
  });
}

serverSuite("PostgreSQL whose synchronous standby is away", "postgres", postgresIsInstalled, () => {
  let server: Postgres;
  let direct: SqlClient;
  let client: SqlClient;
  let store: Store;

  beforeAll(async () => {
    server = await privatePostgres();
    direct = await connect("pg", server.url);
    client = await connect("pg", server.url);
    const schema = sqlStore(direct.query, { dialect: "postgres", table: "otp" }).schema();
    await direct.query(schema, [], "affected");
    await setStandby("standby");
    store = sqlStore(direct.query, { dialect: "postgres", table: "otp" });
  });
  afterAll(async () => {
    await direct?.close();
    await client?.close();
    await server?.remove();
  });

  const rowsOf = async (text: string) =>
    ((await direct.query(text, [], "rows")).rows ?? []) as Record<string, unknown>[];

  async function setStandby(name: string): Promise<void> {
    await direct.query(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`, [], "affected");
    await rowsOf("SELECT pg_reload_conf()");
    for (;;) {
      const [row] = await rowsOf("SELECT setting FROM pg_settings WHERE name = 'synchronous_standby_names'");
      if (row?.setting === name) return;
    }
  }

  /** A write that waits for the standby ends with its connection. It is committed here and nowhere else. */
  const query: SqlQuery = async (text, params, wants) => {
    const result = client.query(text, params, wants);
    if (wants === "rows") return result;
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    Promise.resolve(result).then(settle, settle);
    while (!isSettled) {
      await rowsOf("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    }
    return result;
  };

  describe("that has to confirm a write", () => {
    expectNoAnswerFromARead(() => ({
      unsafe: sqlStore(query, { dialect: "postgres", table: "otp" }),
      // Reads, and writes that nothing waits for.
      safe: sqlStore(
        async (text, params, wants) => {
          if (wants === "rows") return direct.query(text, params, wants);
          await setStandby("");
          const result = await direct.query(text, params, wants);
          await setStandby("standby");
          return result;
        },
        { dialect: "postgres", table: "otp" },
      ),
      failOver: async () => {
        await setStandby("");
        await direct.query("DELETE FROM otp", [], "affected");
        await setStandby("standby");
      },
    }));

    it("is read by status without waiting for the standby", async () => {
      expect(await guardOn(store).status("another user")).toMatchObject({ failures: 0 });
    });
  });
});

serverSuite("Redis whose replica does not acknowledge", "redis-server", redisIsInstalled, () => {
  let server: Redis;
  let direct: Connection;
  beforeAll(async () => {
    server = await privateRedis();
    direct = await (REDIS_CLIENTS[0] as (typeof REDIS_CLIENTS)[number]).connect(server.url);
  });
  afterAll(async () => {
    direct?.close();
    await server?.remove();
  });

  /** Waits for a replica after each write. The first so many times there is none. */
  function waiting(times: number): RedisSend {
    let left = times;
    return async (command, routedBy) => {
      const reply = await direct.send(command, routedBy);
      if (command[0] !== "EVAL") return reply;
      const replicas = left-- > 0 ? await direct.send(["WAIT", "1", "1"], routedBy) : 1;
      if (Number(replicas) < 1) throw new Error("no replica has the write");
      return reply;
    };
  }

  describe("and whose send waits for it", () => {
    expectNoAnswerFromARead(() => ({
      unsafe: redisStore(waiting(Number.POSITIVE_INFINITY)),
      safe: redisStore(direct.send),
      failOver: () => direct.send(["FLUSHALL"], ""),
    }));

    it.each([1, 2])("is answered as soon as a later write is acknowledged: %i not in time", async (times) => {
      const guard = guardOn(redisStore(waiting(times)));
      expect(await guard.attempt({ subject: `late ${times}`, key, code: right })).toMatchObject({ ok: true });
      expect(await guard.attempt({ subject: `late ${times}`, key, code: right })).toMatchObject({ reason: "replayed" });
      const other = guardOn(redisStore(waiting(times)));
      expect(await other.attempt({ subject: `late guess ${times}`, key, code: wrong })).toMatchObject({
        reason: "mismatch",
      });
      expect(await other.status(`late guess ${times}`)).toMatchObject({ failures: 1 });
    });
  });
});
