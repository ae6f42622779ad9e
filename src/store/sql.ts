import { utf8Length } from "../encoding/utf8.ts";
import { checkInteger, checkOptions, refuse } from "../errors.ts";
import { isDialect, isDuplicateKey, type SqlDialect, SWEPT_AT_ONCE, statementsOf } from "./sql-dialects.ts";
import { EXPIRY_MARGIN_MS, type Store } from "./store.ts";

export type { SqlDialect } from "./sql-dialects.ts";

/** What came of a statement: the rows that it read, or how many rows it changed. */
export interface SqlResult {
  readonly rows?: readonly unknown[] | undefined;
  readonly affected?: number | bigint | null | undefined;
}

/**
 * Runs one statement on the primary and commits it before it returns. `wants` says which half of the result is read, for
 * drivers that have to know before they run.
 */
export type SqlQuery = (
  text: string,
  params: (string | number | null)[],
  wants: "rows" | "affected",
) => SqlResult | Promise<SqlResult>;

export interface SqlStoreOptions {
  readonly dialect: SqlDialect;
  /** `^[a-z_][a-z0-9_]{0,62}$` */
  readonly table: string;
}

/** A store in one table. */
export interface SqlStore extends Store {
  /** The statement that creates the table where there is none: for a migration. */
  schema(): string;
  /** Removes what has expired, and returns how many records that were: for a job now and then. */
  sweep(now?: number): Promise<number>;
}

const OPTIONS = { dialect: true, table: true } as const;
const MAX_KEY_BYTES = 100;

/**
 * A store in a table of PostgreSQL, MySQL, MariaDB or SQLite. Takes a function and not a client, so it works with every driver:
 * `(text, params) => pool.query(text, params).then(({ rows, rowCount }) => ({ rows, affected: rowCount }))` is all of it for pg.
 *
 * Give it connections of its own, each statement its own transaction, committed durably on the primary. Never the client of
 * the request's transaction: a rollback would forget the guess and bring a used code back (trap 24). What the database rejects
 * (a deadlock, a serialization failure, a lost connection) rejects here, and the guard decides whether to try again.
 *
 * One attempt is two statements, one when it is refused unseen.
 *
 * @param query - runs one statement.
 * @param options - the kind of server, and the name of the table.
 *
 * @example
 * ```ts
 * import { sqlStore } from "otp-core/store/sql";
 *
 * const query = async () => ({ rows: [{ value: "state" }], affected: 0 }); // here stands your driver
 * const store = sqlStore(query, { dialect: "sqlite", table: "otp" });
 * console.log(store.schema().slice(0, 32)); // CREATE TABLE IF NOT EXISTS "otp"
 * console.log(await store.swap("key", "other state", "new state", null)); // false
 * ```
 *
 * @throws OtpError `invalid-argument`. The methods reject with what `query` throws, and with a TypeError when it returns
 * something that is no answer: never a doubtful `true`.
 */
export function sqlStore(query: SqlQuery, options: SqlStoreOptions): SqlStore {
  if (typeof query !== "function") refuse("query", "a function");
  checkOptions(options, OPTIONS);
  const { dialect, table } = options;
  if (!isDialect(dialect)) refuse("dialect", '"postgres", "mysql" or "sqlite"');
  if (typeof table !== "string" || !/^[a-z_][a-z0-9_]{0,62}$/.test(table)) {
    refuse("table", "a name of 1 to 63 characters of a-z, 0-9 and _, not starting with a digit");
  }
  const { schema, select, insert, update, remove, sweep } = statementsOf(dialect, table);

  async function read(key: string): Promise<string | null> {
    const result: Partial<SqlResult> | null | undefined = await query(select, [key], "rows");
    const rows = result?.rows;
    if (!Array.isArray(rows) || rows.length > 1) throw new TypeError("the query returned no list of at most one row");
    if (rows.length === 0) return null;
    const value: unknown = rows[0]?.value;
    if (typeof value !== "string") throw new TypeError("the query returned a row without a text named value");
    return value;
  }

  async function count(text: string, params: (string | number | null)[]): Promise<number> {
    const result: Partial<SqlResult> | null | undefined = await query(text, params, "affected");
    const affected = result?.affected;
    const rows = typeof affected === "bigint" ? Number(affected) : affected;
    if (!Number.isSafeInteger(rows) || (rows as number) < 0) {
      throw new TypeError("the query did not return how many rows were affected");
    }
    return rows as number;
  }

  /** Whether one row was changed. More than one can be no record of ours (trap 9). */
  async function changes(text: string, params: (string | number | null)[]): Promise<boolean> {
    const rows = await count(text, params);
    if (rows > 1) throw new TypeError(`the query affected ${rows} rows instead of one`);
    return rows === 1;
  }

  async function create(key: string, value: string, expiresAt: number | null): Promise<boolean> {
    try {
      return await changes(insert, [key, value, expiresAt]);
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  return {
    async get(key) {
      checkText(key, "key", MAX_KEY_BYTES);
      return read(key);
    },
    async swap(key, expected, next, expiresAt) {
      checkText(key, "key", MAX_KEY_BYTES);
      if (expected !== null) checkText(expected, "expected");
      if (next !== null) checkText(next, "next");
      if (expected === null) return next === null ? (await read(key)) === null : create(key, next, expiresAt);
      if (next === null) return changes(remove, [key, expected]);
      return changes(update, [next, expiresAt, key, expected]);
    },
    schema: () => schema,
    async sweep(now = Date.now()) {
      checkInteger(now, "now", 0, Number.MAX_SAFE_INTEGER);
      for (let all = 0; ; ) {
        const swept = await count(sweep, [now - EXPIRY_MARGIN_MS]);
        all += swept;
        if (swept < SWEPT_AT_ONCE) return all;
      }
    },
  };
}

/** Text that every driver and server stores as it is: others replace half a surrogate pair, stop at a NUL, or cut a key off. */
function checkText(value: string, argument: string, maxBytes = Number.POSITIVE_INFINITY): void {
  const bytes = typeof value === "string" && !value.includes("\0") ? utf8Length(value) : -1;
  if (bytes < 0 || bytes > maxBytes) {
    refuse(argument, `well-formed text without NUL${maxBytes === MAX_KEY_BYTES ? ` of at most ${maxBytes} bytes` : ""}`);
  }
}
