// The stores of a soak, as an application opens them.
import { redisStore } from "otp-core/store/redis";
import { sqlStore } from "otp-core/store/sql";
import { createClient } from "redis";
import { connect } from "../servers/sql-clients.ts";

/** @param urls - of the servers, by the name of the place. */
export async function openPlaces({ redis, postgres }) {
  const client = createClient({ url: redis, socket: { reconnectStrategy: 50 } });
  // Without a listener a lost connection ends the process.
  client.on("error", () => {});
  await client.connect();
  const sql = await connect("pg", postgres);
  const table = sqlStore(sql.query, { dialect: sql.dialect, table: "soak" });
  return {
    stores: { redis: redisStore((command) => client.sendCommand(command)), postgres: table },
    client,
    createTable: () => sql.query(table.schema(), [], "affected"),
    async close() {
      client.destroy();
      await sql.close();
    },
  };
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
