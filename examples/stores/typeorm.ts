// State in SQL through TypeORM.
import { type SqlDialect, type SqlStore, sqlStore } from "otp-core/store/sql";
import type { DataSource } from "typeorm";

/** Pass the data source and never the manager of a transaction: each statement must commit by itself. */
export function typeormStore(dataSource: DataSource, dialect: SqlDialect): SqlStore {
  return sqlStore(
    async (text, params) => {
      const runner = dataSource.createQueryRunner();
      try {
        // `dataSource.query` does not say how many rows an INSERT wrote. A structured result does.
        const { records, affected } = await runner.query(text, params, true);
        return { rows: records, affected };
      } finally {
        await runner.release();
      }
    },
    { dialect, table: "otp" },
  );
}
