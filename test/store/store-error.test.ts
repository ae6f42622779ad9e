// Which errors of a database mean that a write was not applied, and what a message says of the cause.
import { memoryStore, type Store, transact } from "otp-core/store";
import { type SqlQuery, sqlStore } from "otp-core/store/sql";
import { describe, expect, it } from "vitest";
import { TimeUp } from "../../src/store/step/time-limit.ts";
import { describeCause, isNotApplied, uncertain } from "../../src/store/store-error.ts";
import { refusal } from "../support/refusal.ts";

const error = (fields: object) => Object.assign(new Error("secret text"), fields);
class DatabaseError extends Error {}

const NOT_APPLIED: readonly [string, object][] = [
  ["PostgreSQL: serialization failure", { code: "40001" }],
  ["PostgreSQL: deadlock", { code: "40P01" }],
  ["MySQL: deadlock, by name", { code: "ER_LOCK_DEADLOCK" }],
  ["MySQL: deadlock, by number", { errno: 1213 }],
  ["MySQL: lock wait timeout, by name", { code: "ER_LOCK_WAIT_TIMEOUT" }],
  ["MySQL: lock wait timeout, by number", { errno: 1205 }],
  ["SQLite: busy", { code: "SQLITE_BUSY" }],
  ["SQLite: busy with an outdated snapshot", { code: "SQLITE_BUSY_SNAPSHOT" }],
  ["node:sqlite: busy", { code: "ERR_SQLITE_ERROR", errcode: 5 }],
  ["node:sqlite: busy with an outdated snapshot", { code: "ERR_SQLITE_ERROR", errcode: 517 }],
];
const UNKNOWN: readonly [string, unknown][] = [
  ["a lost connection", error({ code: "ECONNRESET" })],
  ["a unique violation", error({ code: "23505" })],
  ["a transaction whose result is unknown", error({ code: "40003" })],
  ["another error of SQLite", error({ code: "SQLITE_IOERR" })],
  ["a name that only ends like it", error({ code: "MY_SQLITE_BUSY" })],
  ["a list with a code", error({ code: ["SQLITE_BUSY"] })],
  ["a name that only begins like it", error({ code: "SQLITE_BUSYBODY" })],
  ["another error of node:sqlite", error({ code: "ERR_SQLITE_ERROR", errcode: 1 })],
  ["a number elsewhere", error({ errcode: 5 })],
  ["a number as text", error({ errno: "1213" })],
  ["the code in the text", new Error("40001")],
  ["text", "40001"],
  ["nothing", undefined],
  ["null", null],
];

describe("a write that was definitely not applied", () => {
  it.each(NOT_APPLIED)("%s", (_, fields) => {
    expect(isNotApplied(error(fields))).toBe(true);
    expect(isNotApplied({ ...fields })).toBe(true);
    // Query builders wrap the error of the driver.
    expect(isNotApplied(error({ cause: error({ cause: error(fields) }) }))).toBe(true);
  });

  it.each(UNKNOWN)("is not %s", (_, cause) => {
    expect(isNotApplied(cause)).toBe(false);
  });

  it("is not looked for without end", () => {
    const circular: { cause?: unknown } = {};
    circular.cause = circular;
    expect(isNotApplied(circular)).toBe(false);
  });

  it.each(NOT_APPLIED)("is false for every kind of swap in SQL: %s", async (_, fields) => {
    const query: SqlQuery = async (text) => {
      if (text.startsWith("SELECT")) return { rows: [] };
      throw error(fields);
    };
    const store = sqlStore(query, { dialect: "postgres", table: "otp" });
    expect(await store.swap("key", null, "next", null)).toBe(false);
    expect(await store.swap("key", "last", "next", null)).toBe(false);
    expect(await store.swap("key", "last", null, null)).toBe(false);
  });

  it("is tried again, and nothing is counted twice", async () => {
    const memory = memoryStore();
    let failures = 2;
    const query: SqlQuery = async (text, params) => {
      if (text.startsWith("SELECT")) {
        const value = await memory.get(String(params[0]));
        return { rows: value === null ? [] : [{ value }] };
      }
      if (failures-- > 0) throw error({ code: "40001" });
      const [key, value] = params.map(String) as [string, string];
      return { affected: (await memory.swap(key, null, value, null)) ? 1 : 0 };
    };
    const store = sqlStore(query, { dialect: "postgres", table: "otp" });
    let decided = 0;
    const machine = () => ({ state: "1", expiresAt: null, outcome: ++decided, events: [] });
    expect((await transact(store, "key", machine)).outcome).toBe(3);
    expect((await memory.get("key"))?.split("\n")).toEqual([expect.stringMatching(/^[A-Z2-7]{20}$/), "1"]);
  });
});

/** How Prisma 7 reports what a driver adapter threw for a raw query. */
class PrismaClientKnownRequestError extends Error {
  readonly code = "P2010";
  readonly meta: object;

  constructor(cause: object) {
    super("secret text");
    this.meta = { driverAdapterError: Object.assign(new Error("secret text"), { name: "DriverAdapterError", cause }) };
  }
}

describe("the description of a cause", () => {
  const wrapped = Object.assign(new Error("Failed query: secret"), { cause: error({ code: "42P01" }) });
  it.each<[string, unknown]>([
    ["Error", new Error("secret text")],
    ["TypeError", new TypeError("secret text")],
    ["DatabaseError", new DatabaseError("secret text")],
    ["Error, code ECONNREFUSED", error({ code: "ECONNREFUSED" })],
    ["Error, code 1205", error({ errno: 1205 })],
    ["Error, code ER_BAD_FIELD_ERROR", error({ code: "ER_BAD_FIELD_ERROR", errno: 1054 })],
    [
      "PrismaClientKnownRequestError, code P2010, DatabaseNotReachable",
      new PrismaClientKnownRequestError({ kind: "DatabaseNotReachable", host: "secret", port: 1 }),
    ],
    [
      "PrismaClientKnownRequestError, code P2010, code 23502 of the database",
      new PrismaClientKnownRequestError({ kind: "postgres", originalCode: "23502", originalMessage: "secret text" }),
    ],
    ["PrismaClientKnownRequestError, code P2010", new PrismaClientKnownRequestError({ kind: "secret text" })],
    ["Error, DatabaseNotReachable", error({ cause: { kind: "DatabaseNotReachable" } })],
    ["Error", error({ meta: null })],
    ["String", "secret text"],
    ["Object", { message: "secret text" }],
    ["Error", undefined],
    ["Error", null],
    ["Error", Object.create(null)],
    ["Error", error({ code: "secret text" })],
    ["Error", error({ code: "SECRET text" })],
    ["Error", error({ code: "secret TEXT" })],
    ["Error", error({ kind: "secret DatabaseNotReachable" })],
    ["Error", error({ kind: "DatabaseNotReachable secret" })],
    ["Error", error({ kind: ["DatabaseNotReachable"] })],
    ["the store did not answer", new TimeUp("the store did not answer")],
    ["Error", error({ code: "x".repeat(41) })],
    ["Error", error({ code: { toString: () => "CODE" } })],
    ["Error", Object.assign(new Error("x"), { constructor: { name: "a name with spaces" } })],
  ])("%s", (description, cause) => {
    expect(describeCause(cause)).toBe(description);
  });

  const hint = /: the table does not exist, create it with the statement of schema\(\)$/;
  it.each<[string, unknown]>([
    ["PostgreSQL", error({ code: "42P01" })],
    ["MySQL", error({ code: "ER_NO_SUCH_TABLE", errno: 1146 })],
    ["MySQL by name only", error({ code: "ER_NO_SUCH_TABLE" })],
    ["a driver with numbers", error({ errno: 1146 })],
    ["SQLite", Object.assign(new Error("no such table: otp"), { code: "SQLITE_ERROR" })],
    ["a query builder", wrapped],
    ["Prisma", new PrismaClientKnownRequestError({ kind: "TableDoesNotExist", table: "secret" })],
  ])("says of a missing table how to create it: %s", (_, cause) => {
    expect(describeCause(cause)).toMatch(hint);
    expect(describeCause(cause)).not.toMatch(/secret/);
  });

  it("is left out where the store did not throw", () => {
    expect(uncertain(undefined).message).toBe("it is not known whether a write was applied");
  });

  it("is in the error of a read, of a write and of a write in doubt", async () => {
    const cause = error({ code: "ECONNREFUSED" });
    const fail = () => Promise.reject(cause);
    const machine = (ok: boolean) => () => ({ state: "x", expiresAt: null, outcome: { ok }, events: [] });
    const writing: Store = { get: async () => null, swap: fail };
    const calls: readonly [string, Promise<unknown>][] = [
      ["store-failed", transact({ get: fail, swap: fail }, "key", machine(true))],
      ["store-failed", transact(writing, "key", machine(false))],
      ["store-uncertain", transact(writing, "key", machine(true))],
    ];
    for (const [code, call] of calls) {
      const failure = await call.catch((reason: unknown) => reason);
      expect(failure).toEqual(refusal(code as never));
      expect((failure as Error).message).toContain("(Error, code ECONNREFUSED)");
      expect((failure as Error).message).not.toContain("secret");
      expect((failure as Error).cause).toBe(cause);
    }
  });
});
