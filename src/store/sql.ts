import { checkInteger, checkOptions, refuse } from "../check.ts";
import { utf8Length } from "../encoding/utf8.ts";
import { isDialect, type SqlDialect, statementsOf } from "./sql-dialects.ts";
import { EXPIRY_MARGIN_MS, type Store } from "./store.ts";
import { isDuplicateKey } from "./store-error.ts";

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

/** Which server it is, and which table. */
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
 * One attempt is two statements, one when it is refused unseen. For MySQL and MariaDB the connection's character set is utf8mb4,
 * which is what their drivers choose unless told. For SQLite set a busy timeout, or whoever meets another writer is rejected.
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
    const result: SqlResult | null | undefined = await query(select, [key], "rows");
    const rows = result?.rows;
    if (!Array.isArray(rows) || rows.length > 1) throw new TypeError("the query returned no list of at most one row");
    if (rows.length === 0) return null;
    const value = (rows[0] as { readonly value?: unknown } | null | undefined)?.value;
    if (typeof value !== "string") throw new TypeError("the query returned a row without a text named value");
    return value;
  }

  async function count(text: string, params: (string | number | null)[]): Promise<number> {
    const result: SqlResult | null | undefined = await query(text, params, "affected");
    const affected = result?.affected;
    const rows = typeof affected === "bigint" ? Number(affected) : affected;
    if (typeof rows !== "number" || !Number.isSafeInteger(rows) || rows < 0) {
      throw new TypeError("the query did not return how many rows it affected");
    }
    return rows;
  }

  /** Whether the one row was changed. More than one cannot be what was meant (trap 9). */
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
      checkKey(key);
      return read(key);
    },
    async swap(key, expected, next, expiresAt) {
      checkKey(key);
      if (expected !== null) checkText(expected, "expected");
      if (next !== null) checkText(next, "next");
      if (expiresAt !== null) checkInteger(expiresAt, "expiresAt", 0, Number.MAX_SAFE_INTEGER);
      if (expected === null) return next === null ? (await read(key)) === null : create(key, next, expiresAt);
      if (next === null) return changes(remove, [key, expected]);
      return changes(update, [next, expiresAt, key, expected]);
    },
    schema: () => schema,
    async sweep(now = Date.now()) {
      checkInteger(now, "now", 0, Number.MAX_SAFE_INTEGER);
      return count(sweep, [now - EXPIRY_MARGIN_MS]);
    },
  };
}

/** Drivers replace half a surrogate pair, and a server may stop at a NUL: two texts would become one. */
function checkText(text: unknown, argument: string): void {
  if (typeof text !== "string" || text.includes("\0") || utf8Length(text) < 0) {
    refuse(argument, "well-formed text without NUL");
  }
}

/** MySQL without its strict mode cuts a longer one off. */
function checkKey(key: unknown): void {
  checkText(key, "key");
  if (utf8Length(key as string) > MAX_KEY_BYTES) refuse("key", `at most ${MAX_KEY_BYTES} bytes of UTF-8`);
}
