/**
 * A store in PostgreSQL, MySQL, MariaDB or SQLite: `sqlStore` takes a function that runs a statement.
 *
 * @module
 */

import { checkInteger, checkOptions, type Options, refuse } from "../check.ts";
import { utf8Length } from "../encoding/utf8.ts";
import { isDialect, type SqlDialect, statementsOf } from "./sql-dialects.ts";
import { EXPIRY_MARGIN_MS, type Store } from "./store.ts";
import { isDuplicateKey, isNotApplied } from "./store-error.ts";

export type { SqlDialect } from "./sql-dialects.ts";

/** The rows that a statement read, or the number of rows that it changed. */
export interface SqlResult {
  readonly rows?: readonly unknown[] | undefined;
  readonly affected?: number | bigint | null | undefined;
}

/** Runs one statement on the primary and commits it. `wants` says which half of the result is read. */
export type SqlQuery = (
  text: string,
  params: (string | number | null)[],
  wants: "rows" | "affected",
) => SqlResult | Promise<SqlResult>;

/** Which server it is, and which table. */
export interface SqlStoreOptions {
  readonly dialect: SqlDialect;
  /** `table` or `schema.table`, each part `[a-z_][a-z0-9_]{0,62}`. */
  readonly table: string;
}

/** A store in one table. */
export interface SqlStore extends Store {
  /** The statement that creates the table if it does not exist. */
  schema(): string;
  /** Removes expired records and resolves to their number. @param now - milliseconds since 1970. Default: `Date.now()`. */
  sweep(now?: number): Promise<number>;
}

const OPTIONS: Options<SqlStoreOptions> = { dialect: true, table: true };
const MAX_KEY_BYTES = 100;

/**
 * A store in one table of PostgreSQL, MySQL, MariaDB or SQLite. It takes a function and not a client, so it works with every
 * driver: `(text, params) => pool.query(text, params).then(({ rows, rowCount }) => ({ rows, affected: rowCount }))` for pg.
 *
 * Give it connections of its own. Each statement is a transaction of its own, committed durably on the primary. Never pass the
 * client of the request's transaction: a rollback would forget the guess and make a used code valid again. A deadlock, a
 * serialization failure, a lock wait timeout and a busy database count as a lost race, and the service tries again.
 *
 * One attempt is two statements. A refused attempt may be one. For MySQL and MariaDB the connection's character set must be
 * utf8mb4, which is the default of their drivers. For SQLite set a busy timeout.
 *
 * @param query - runs one statement.
 * @param options - the kind of server, and the name of the table.
 *
 * @example
 * ```ts
 * import { sqlStore } from "otp-core/store/sql";
 *
 * const query = async () => ({ rows: [{ value: "state" }], affected: 0 }); // your driver goes here
 * const store = sqlStore(query, { dialect: "sqlite", table: "otp" });
 * console.log(store.schema().slice(0, 32)); // CREATE TABLE IF NOT EXISTS "otp"
 * console.log(await store.swap("key", "other state", "new state", null)); // false
 * ```
 *
 * @throws OtpError `invalid-argument`. The methods reject with what `query` throws, and with a TypeError for any other result.
 */
export function sqlStore(query: SqlQuery, options: SqlStoreOptions): SqlStore {
  if (typeof query !== "function") refuse("query", "a function");
  checkOptions(options, OPTIONS);
  const { dialect, table } = options;
  if (!isDialect(dialect)) refuse("dialect", '"postgres", "mysql" or "sqlite"');
  if (typeof table !== "string" || !/^(?:[a-z_][a-z0-9_]{0,62}\.)?[a-z_][a-z0-9_]{0,62}$/.test(table)) {
    refuse(
      "table",
      "table or schema.table, each a name of 1 to 63 characters of a-z, 0-9 and _ that starts with no digit",
    );
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
    if (!Number.isSafeInteger(rows) || (rows as number) < 0) {
      throw new TypeError("the query did not return how many rows it affected");
    }
    return rows as number;
  }

  /** True if exactly one row was changed. More than one means that the statement is not ours. */
  async function changes(text: string, params: (string | number | null)[]): Promise<boolean> {
    let rows: number;
    try {
      rows = await count(text, params);
    } catch (error) {
      // A row that exists already is a lost race, and so is a write that the database has rolled back.
      if (isNotApplied(error) || (text === insert && isDuplicateKey(error))) return false;
      throw error;
    }
    if (rows > 1) throw new TypeError(`the query affected ${rows} rows instead of one`);
    return rows === 1;
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
      if (expected === null)
        return next === null ? (await read(key)) === null : changes(insert, [key, next, expiresAt]);
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
