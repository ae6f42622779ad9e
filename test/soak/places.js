// The stores of a soak, as an application opens them.
import { redisStore } from "otp-core/store/redis";
import { sqlStore } from "otp-core/store/sql";
import { createClient } from "redis";
import { connect } from "../servers/sql-clients.ts";

/**
 * @param urls - of the primary Redis and of PostgreSQL.
 * @param replicaMs - how long a write may wait for the replica. `null`: it does not wait, and a failover may lose it.
 */
export async function openPlaces({ redis, postgres }, replicaMs) {
  const primary = new Primary(replicaMs);
  await primary.moveTo(redis);
  const sql = await connect("pg", postgres);
  const table = sqlStore(sql.query, { dialect: sql.dialect, table: "soak" });
  return {
    stores: { redis: redisStore((command) => primary.send(command)), postgres: table },
    primary,
    createTable: () => sql.query(table.schema(), [], "affected"),
    async close() {
      primary.close();
      await sql.close();
    },
  };
}

/** A connection to the Redis that is the primary. It never connects again by itself: another server may be the primary then. */
class Primary {
  client;
  #replicaMs;

  constructor(replicaMs) {
    this.#replicaMs = replicaMs;
  }

  async moveTo(url) {
    this.close();
    // Without a queue and without a new connection, a WAIT always follows the EVAL on the connection of the EVAL.
    const client = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy: false } });
    // Without a listener a lost connection ends the process.
    client.on("error", () => {});
    this.client = client;
    await client.connect().catch(() => {});
  }

  /** A write counts once the replica has it (guides/stores.md). */
  async send(command) {
    const { client } = this;
    const reply = await client.sendCommand(command);
    if (command[0] !== "EVAL" || this.#replicaMs === null) return reply;
    const replicas = await client.sendCommand(["WAIT", "1", String(this.#replicaMs)]);
    if (replicas < 1) throw new Error("the replica does not have the write");
    return reply;
  }

  close() {
    if (this.client?.isOpen) this.client.destroy();
  }
}

/** The mistake that a soak has to notice: writes whatever is there. */
export function blind(store) {
  return {
    get: (key) => store.get(key),
    async swap(key, _expected, next, expiresAt) {
      for (;;) if (await store.swap(key, (await store.get(key)) ?? null, next, expiresAt)) return true;
    },
  };
}
