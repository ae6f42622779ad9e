/** The kinds of SQL server: PostgreSQL; MySQL and MariaDB; SQLite. */
export type SqlDialect = "postgres" | "mysql" | "sqlite";

/** The statements on one table. Parameters follow one another in the order that is given here. */
export interface Statements {
  readonly schema: string;
  /** key */
  readonly select: string;
  /** key, value, expiry. If there is a record already, it affects no row, or fails in the way that `isDuplicateKey` recognises. */
  readonly insert: string;
  /** value, expiry, key, expected value */
  readonly update: string;
  /** key, expected value */
  readonly remove: string;
  /** the first moment that is not swept */
  readonly sweep: string;
}

/** What is not the same for all of them. */
interface Dialect {
  /** A statement with names in `"` and parameters as `?`, the way this server reads it. */
  spell(statement: string): string;
  readonly key: string;
  readonly value: string;
  readonly index: string;
  readonly engine: string;
  readonly valueAsText: string;
  readonly orNothing: string;
  sweep(table: string): string;
}

const SQLITE: Dialect = {
  spell: (statement) => statement,
  // Compared byte by byte unless a column says otherwise.
  key: "text",
  value: "text",
  index: "",
  engine: "",
  valueAsText: '"value"',
  orNothing: " ON CONFLICT DO NOTHING",
  sweep: (table) => `DELETE FROM "${table}" WHERE "expires_at" < ?`,
};

const POSTGRES: Dialect = {
  ...SQLITE,
  spell(statement) {
    let parameters = 0;
    return statement.replace(/\?/g, () => `$${++parameters}`);
  },
  // Bytes here too. Under other collations an update of the system's libc or ICU can break the unique index, and a broken
  // one lets in a second record.
  key: 'text COLLATE "C"',
  value: 'text COLLATE "C"',
};

const MYSQL: Dialect = {
  spell: (statement) => statement.replaceAll('"', "`"),
  // Bytes, because every collation of text folds or pads something.
  key: "varbinary(100)",
  value: "mediumblob",
  index: ', INDEX "expires_at" ("expires_at")',
  engine: " ENGINE=InnoDB",
  valueAsText: 'CONVERT("value" USING utf8mb4)',
  // The statement fails. INSERT IGNORE would cut off what is too long, and what ON DUPLICATE KEY UPDATE counts depends on a
  // flag of the connection.
  orNothing: "",
  // Every row that is looked at is locked, and a guess at it waits. Where much has expired, all are unless the index is forced,
  // and only this form of the statement can do that.
  sweep: (table) => `DELETE "${table}" FROM "${table}" FORCE INDEX ("expires_at") WHERE "expires_at" < ?`,
};

const DIALECTS: Readonly<Record<SqlDialect, Dialect>> = { postgres: POSTGRES, mysql: MYSQL, sqlite: SQLITE };

export function isDialect(value: unknown): value is SqlDialect {
  return typeof value === "string" && Object.hasOwn(DIALECTS, value);
}

export function statementsOf(dialect: SqlDialect, tableOfSchema: string): Statements {
  // In quotation marks: "schema"."table".
  const table = tableOfSchema.replace(".", '"."');
  const { spell, key, value, index, engine, valueAsText, orNothing, sweep } = DIALECTS[dialect];
  const columns = `"key" ${key} NOT NULL PRIMARY KEY, "value" ${value} NOT NULL, "expires_at" bigint${index}`;
  return {
    schema: spell(`CREATE TABLE IF NOT EXISTS "${table}" (${columns})${engine}`),
    select: spell(`SELECT ${valueAsText} AS "value" FROM "${table}" WHERE "key" = ?`),
    insert: spell(`INSERT INTO "${table}" ("key", "value", "expires_at") VALUES (?, ?, ?)${orNothing}`),
    update: spell(`UPDATE "${table}" SET "value" = ?, "expires_at" = ? WHERE "key" = ? AND "value" = ?`),
    remove: spell(`DELETE FROM "${table}" WHERE "key" = ? AND "value" = ?`),
    sweep: spell(sweep(table)),
  };
}
