// State in Cloudflare D1.
import type { D1Database } from "@cloudflare/workers-types";
import { type SqlStore, sqlStore } from "otp-core/store/sql";

/** Pass the binding, for example `env.DB`. */
export function d1Store(database: D1Database): SqlStore {
  return sqlStore(
    async (text, params) => {
      const { results, meta } = await database
        .prepare(text)
        .bind(...params)
        .all();
      return { rows: results, affected: meta.changes };
    },
    { dialect: "sqlite", table: "otp" },
  );
}
