// Where it is remembered which codes were used: REDIS_URL, DATABASE_URL (PostgreSQL), or the memory of this process.
import { memoryStore } from "otp-core/store";
import { redisStore } from "otp-core/store/redis";
import { sqlStore } from "otp-core/store/sql";

/** The store that the environment names, and what ends it. */
export async function openStore({ REDIS_URL, DATABASE_URL }) {
  if (REDIS_URL) {
    const { createClient } = await import("redis");
    const client = await createClient({ url: REDIS_URL }).connect();
    return { name: "Redis", store: redisStore((command) => client.sendCommand(command)), close: () => client.close() };
  }
  if (DATABASE_URL) {
    const { default: pg } = await import("pg");
    const pool = new pg.Pool({ connectionString: DATABASE_URL });
    const query = async (text, params) => {
      const { rows, rowCount } = await pool.query(text, params);
      return { rows, affected: rowCount };
    };
    const store = sqlStore(query, { dialect: "postgres", table: "otp_login" });
    await pool.query(store.schema());
    return { name: "PostgreSQL", store, close: () => pool.end() };
  }
  return { name: "memory", store: memoryStore(), close: async () => {} };
}
