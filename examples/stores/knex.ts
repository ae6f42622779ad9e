// State in PostgreSQL through Knex.
import type { Knex } from "knex";
import { type SqlStore, sqlStore } from "otp-core/store/sql";

/** Pass `knex` and never the `trx` of a transaction: each statement must commit by itself. */
export function knexStore(knex: Knex): SqlStore {
  return sqlStore(
    async (text, params) => {
      // Knex writes every parameter as a question mark. The parameters are in the order of the text.
      const { rows, rowCount } = await knex.raw(text.replace(/\$\d+/g, "?"), params);
      return { rows, affected: rowCount };
    },
    { dialect: "postgres", table: "otp" },
  );
}
