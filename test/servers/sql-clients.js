// One handle to a database per driver, as `sqlStore` takes it: for the tests and for the processes that they start. The complete
// programs that users copy are in examples/.
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";

const connecting = {
  async pg(url) {
    const { default: pg } = await import("pg");
    const pool = new pg.Pool({ connectionString: url, max: 4 });
    // The pool tells of idle connections that broke, and nobody listening would end the process.
    pool.on("error", () => {});
    const query = async (text, params) => {
      const { rows, rowCount } = await pool.query(text, params);
      return { rows, affected: rowCount };
    };
    return { dialect: "postgres", query, close: () => pool.end() };
  },

  async postgres(url) {
    const { default: postgres } = await import("postgres");
    const sql = postgres(url, { max: 4, onnotice: () => {} });
    const query = async (text, params) => {
      const rows = await sql.unsafe(text, params);
      return { rows, affected: rows.count };
    };
    return { dialect: "postgres", query, close: () => sql.end() };
  },

  async mysql2(url, options) {
    const { default: mysql } = await import("mysql2/promise");
    const pool = mysql.createPool({ uri: url, connectionLimit: 4, ...options });
    const query = async (text, params, wants) => {
      const [result] = await pool.execute(text, params);
      return wants === "rows" ? { rows: result } : { affected: result.affectedRows };
    };
    return { dialect: "mysql", query, close: () => pool.end() };
  },

  async "node-sqlite3-wasm"(file, { patient = true }) {
    // A database in WebAssembly takes longer to optimise than all that these processes ask of it.
    setFlagsFromString("--liftoff-only");
    const { default: sqlite } = await import("node-sqlite3-wasm");
    const database = new sqlite.Database(file);
    const run = (text, params, wants) =>
      wants === "rows" ? { rows: database.all(text, params) } : { affected: database.run(text, params).changes };
    const query = async (text, params, wants) => {
      for (;;) {
        try {
          return run(text, params, wants);
        } catch (error) {
          // What `PRAGMA busy_timeout` does elsewhere. In WebAssembly it would keep the processor busy all the time.
          if (!patient || error.message !== "database is locked") throw error;
          await setTimeout(5 * Math.random());
        }
      }
    };
    // Its processes may be killed here, never the machine.
    for (const setting of ["synchronous = OFF", "journal_mode = MEMORY"]) await query(`PRAGMA ${setting}`, [], "rows");
    return { dialect: "sqlite", query, close: async () => database.close() };
  },
};

/** @param driver - the name of its package. */
export function connect(driver, url, options = {}) {
  return connecting[driver](url, options);
}
