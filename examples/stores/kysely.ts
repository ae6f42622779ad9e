// State in SQL through Kysely.
import { CompiledQuery, type Kysely } from "kysely";
import { type SqlDialect, type SqlStore, sqlStore } from "otp-core/store/sql";

/** Pass `db` and never the `trx` of a transaction: each statement must commit by itself. */
export function kyselyStore(db: Kysely<unknown>, dialect: SqlDialect): SqlStore {
  return sqlStore(
    async (text, params) => {
      const { rows, numAffectedRows } = await db.executeQuery(CompiledQuery.raw(text, params));
      return { rows, affected: numAffectedRows };
    },
    { dialect, table: "otp" },
  );
}
