// State in PostgreSQL, MySQL or MariaDB through Knex.
import type { Knex } from "knex";
import { type SqlStore, sqlStore } from "otp-core/store/sql";

/** Pass `knex` and never the `trx` of a transaction: each statement must commit by itself. */
export function knexStore(knex: Knex, dialect: "postgres" | "mysql"): SqlStore {
  return sqlStore(
    async (text, params) => {
      // Knex writes every parameter as a question mark. The parameters are in the order of the text.
      const result = await knex.raw(text.replace(/\$\d+/g, "?"), params);
      // What it resolves to depends on the driver: pg, or mysql2.
      if (dialect === "postgres") return { rows: result.rows, affected: result.rowCount };
      return { rows: result[0], affected: result[0].affectedRows };
    },
    { dialect, table: "otp" },
  );
}
