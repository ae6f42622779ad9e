import type { SqlDialect, SqlQuery } from "otp-core/store/sql";

export type SqlDriver = "pg" | "postgres" | "mysql2" | "node-sqlite3-wasm";

export interface SqlClient {
  readonly dialect: SqlDialect;
  readonly query: SqlQuery;
  close(): Promise<void>;
}

export function connect(
  driver: SqlDriver,
  url: string,
  options?: Readonly<Record<string, unknown>>,
): Promise<SqlClient>;
