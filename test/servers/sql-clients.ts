// A client of a database for each driver, as `sqlStore` takes it. The tests and the processes that they start use them. The complete
// programs for users are in examples/.
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import type { SqlDialect, SqlQuery } from "otp-core/store/sql";

export type SqlDriver = "pg" | "postgres" | "mysql2" | "node-sqlite3-wasm";

export interface SqlClient {
  readonly dialect: SqlDialect;
  readonly query: SqlQuery;
  close(): Promise<void>;
}

type Options = Readonly<Record<string, unknown>>;

/** Opens a database. `options` are the driver's own. */
export function connect(driver: SqlDriver, url: string, options: Options = {}): Promise<SqlClient> {
  return CLIENTS[driver](url, options);
}

const CLIENTS: Readonly<Record<SqlDriver, (url: string, options: Options) => Promise<SqlClient>>> = {
  async pg(url) {
    // @ts-expect-error pg has no declarations of its own.
    const { default: pg } = await import("pg");
    const pool = new pg.Pool({ connectionString: url, max: 4 });
    // The pool emits an error for a broken idle connection. Without a listener that ends the process.
    pool.on("error", () => {});
    const query: SqlQuery = async (text, params) => {
      const { rows, rowCount } = await pool.query(text, params);
      return { rows, affected: rowCount };
    };
    return { dialect: "postgres", query, close: () => pool.end() };
  },

  async postgres(url) {
    const { default: postgres } = await import("postgres");
    const sql = postgres(url, { max: 4, onnotice: () => {} });
    const query: SqlQuery = async (text, params) => {
      const rows = await sql.unsafe(text, params);
      return { rows, affected: rows.count };
    };
    return { dialect: "postgres", query, close: () => sql.end() };
  },

  async mysql2(url, options) {
    const { default: mysql } = await import("mysql2/promise");
    const pool = mysql.createPool({ uri: url, connectionLimit: 4, ...options });
    const query: SqlQuery = async (text, params, wants) => {
      const [result] = await pool.execute(text, params);
      return wants === "rows"
        ? { rows: result as unknown[] }
        : { affected: (result as { affectedRows: number }).affectedRows };
    };
    return { dialect: "mysql", query, close: () => pool.end() };
  },

  async "node-sqlite3-wasm"(file, { patient = true }) {
    // A database in WebAssembly takes longer to optimise than all that these processes ask of it.
    setFlagsFromString("--liftoff-only");
    const { default: sqlite } = await import("node-sqlite3-wasm");
    const database = new sqlite.Database(file);
    const run: SqlQuery = (text, params, wants) =>
      wants === "rows" ? { rows: database.all(text, params) } : { affected: database.run(text, params).changes };
    const query: SqlQuery = async (text, params, wants) => {
      for (;;) {
        try {
          return run(text, params, wants);
        } catch (error) {
          // What `PRAGMA busy_timeout` does elsewhere. In WebAssembly it would keep the processor busy all the time.
          if (!patient || (error as Error).message !== "database is locked") throw error;
          await setTimeout(5 * Math.random());
        }
      }
    };
    // Its processes may be killed here, never the machine.
    for (const setting of ["synchronous = OFF", "journal_mode = MEMORY"]) await query(`PRAGMA ${setting}`, [], "rows");
    return { dialect: "sqlite", query, close: async () => database.close() };
  },
};
