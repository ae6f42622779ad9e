// The adapter by itself: which statements it sends, and what it makes of every answer. What the statements do on real servers
// is told in sql-postgres, sql-mariadb and sql-sqlite.
import { transact } from "otp-core/store";
import { type SqlDialect, type SqlQuery, type SqlResult, type SqlStore, sqlStore } from "otp-core/store/sql";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

interface Sent {
  readonly text: string;
  readonly params: readonly (string | number | null)[];
  readonly wants: "rows" | "affected";
}

/** A driver that keeps what it is given, and answers as it is told. */
function recorder(...answers: readonly SqlResult[]): { readonly query: SqlQuery; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const query: SqlQuery = (text, params, wants) => {
    sent.push({ text, params, wants });
    return answers[sent.length - 1] ?? { rows: [], affected: 1 };
  };
  return { query, sent };
}

const DIALECTS = ["postgres", "mysql", "sqlite"] as const satisfies readonly SqlDialect[];

async function everything(dialect: SqlDialect): Promise<readonly Sent[]> {
  const { query, sent } = recorder();
  const store = sqlStore(query, { dialect, table: "otp" });
  await store.get("a key");
  await store.swap("a key", null, "first", 7);
  await store.swap("a key", "first", "second", null);
  await store.swap("a key", "second", null, null);
  await store.swap("a key", null, null, null);
  await store.sweep(3_600_005);
  return sent;
}

describe("the statements of a store", () => {
  it.each(DIALECTS)(
    "on %s are one each for get, swap and sweep, with everything variable as a parameter",
    async (kind) => {
      const sent = await everything(kind);
      expect(sent.map(({ text }) => text.split(" ")[0])).toEqual([
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "SELECT",
        "DELETE",
      ]);
      expect(sent.map(({ params }) => params)).toEqual([
        ["a key"],
        ["a key", "first", 7],
        ["second", null, "a key", "first"],
        ["a key", "second"],
        ["a key"],
        [5],
      ]);
      expect(sent.map(({ wants }) => wants)).toEqual(["rows", "affected", "affected", "affected", "rows", "affected"]);
    },
  );

  it.each(DIALECTS)("on %s name as many parameters as they are sent with", async (dialect) => {
    for (const { text, params } of await everything(dialect)) {
      const names = text.match(/\?|\$\d/g) ?? [];
      expect(names).toEqual(dialect === "postgres" ? params.map((_, i) => `$${i + 1}`) : params.map(() => "?"));
    }
  });

  it.each(DIALECTS)("on %s get a new list of parameters each: drivers keep and change it", async (dialect) => {
    const { query, sent } = recorder();
    const store = sqlStore(query, { dialect, table: "otp" });
    await store.get("a key");
    await store.get("a key");
    expect(sent[0]?.params).not.toBe(sent[1]?.params);
  });

  it("put names between the marks of the dialect, and nothing else", async () => {
    for (const dialect of DIALECTS) {
      const mark = dialect === "mysql" ? "`" : '"';
      for (const { text } of await everything(dialect)) {
        expect(text).toContain(`${mark}otp${mark}`);
        expect([...text].filter((character) => character === mark).length % 2).toBe(0);
        expect(text.replaceAll(mark, "")).not.toMatch(/["`]/);
      }
    }
  });

  it("take an empty text as a text: a key, what was there and what comes", async () => {
    const { query, sent } = recorder();
    const store = sqlStore(query, { dialect: "sqlite", table: "otp" });
    await store.get("");
    await store.swap("", "", "", null);
    expect(sent.map(({ params }) => params)).toEqual([[""], ["", null, "", ""]]);
  });

  it("never are INSERT IGNORE, ON DUPLICATE KEY UPDATE or REPLACE: these truncate, or count what they did not write", async () => {
    for (const { text } of await everything("mysql")) expect(text).not.toMatch(/IGNORE|DUPLICATE|REPLACE/);
  });
});

/** What an answer that is none rejects with: a TypeError, in our words and not in those of the engine. */
const noAnswer = expect.objectContaining({ name: "TypeError", message: expect.stringMatching(/^the query /) });

describe("the answer of a statement", () => {
  const swaps: readonly (readonly [name: string, swap: (store: SqlStore) => Promise<boolean>])[] = [
    ["creates", (store) => store.swap("key", null, "next", null)],
    ["replaces", (store) => store.swap("key", "old", "next", null)],
    ["removes", (store) => store.swap("key", "old", null, null)],
  ];
  const storeOn = (answer: unknown, dialect: SqlDialect = "sqlite") =>
    sqlStore((() => answer) as unknown as SqlQuery, { dialect, table: "otp" });

  it.each(swaps)("says that it %s one record or none, as a number or a bigint, at once or later", async (_, swap) => {
    for (const [affected, result] of [
      [1, true],
      [0, false],
      [1n, true],
      [0n, false],
    ] as const) {
      expect(await swap(storeOn({ affected }))).toBe(result);
      expect(await swap(storeOn(Promise.resolve({ affected, rows: [] })))).toBe(result);
    }
  });

  it.each(swaps)("rejects when nothing tells whether it %s the one record (trap 9): fail closed", async (_, swap) => {
    const doubtful = [undefined, null, Number.NaN, 2, 2n, -1, 0.5, "1", true, [1], Number.POSITIVE_INFINITY];
    for (const affected of doubtful) await expect(swap(storeOn({ affected }))).rejects.toThrow(noAnswer);
    for (const answer of [undefined, null, 1, true, "OK", {}, []]) {
      await expect(swap(storeOn(answer))).rejects.toThrow(noAnswer);
    }
  });

  it("is the text of at most one row, or nothing", async () => {
    expect(await storeOn({ rows: [] }).get("key")).toBe(null);
    expect(await storeOn({ rows: [{ value: "text", more: 1 }] }).get("key")).toBe("text");
    expect(await storeOn({ rows: [] }).swap("key", null, null, null)).toBe(true);
    expect(await storeOn({ rows: [{ value: "text" }] }).swap("key", null, null, null)).toBe(false);
  });

  it("rejects when it is no text of at most one row: absence must be said", async () => {
    const rows = [undefined, null, "text", {}, [null], [undefined], ["text"], [{}], [["text"]], [{ VALUE: "text" }]];
    const values = [null, 1, Buffer.from("text"), ["text"]].map((value) => [{ value }]);
    const two = [[{ value: "a" }, { value: "b" }]];
    for (const list of [...rows, ...values, ...two]) {
      await expect(storeOn({ rows: list }).get("key")).rejects.toThrow(noAnswer);
    }
    for (const answer of [undefined, null, [], "text", { affected: 1 }]) {
      await expect(storeOn(answer).get("key")).rejects.toThrow(noAnswer);
    }
  });

  it("rejects with what the driver throws or rejects with, the same object", async () => {
    const failure = Object.assign(new Error("the disk is full"), { code: "53100" });
    const throwing: SqlQuery = () => {
      throw failure;
    };
    for (const query of [throwing, async () => throwing("", [], "rows")] satisfies SqlQuery[]) {
      for (const dialect of DIALECTS) {
        const store = sqlStore(query, { dialect, table: "otp" });
        await expect(store.get("key")).rejects.toBe(failure);
        for (const [, swap] of swaps) await expect(swap(store)).rejects.toBe(failure);
        await expect(store.sweep()).rejects.toBe(failure);
      }
    }
  });

  it("reaches the caller of a guard as store-failed or store-uncertain, with its cause, and never as a success", async () => {
    const store = storeOn({ rows: [], affected: 2 });
    const accept = () => ({ state: "1", expiresAt: null, outcome: { ok: true }, events: [] });
    await expect(transact(store, "key", accept)).rejects.toMatchObject({
      code: "store-uncertain",
      cause: new TypeError("the query affected 2 rows instead of one"),
    });
  });
});

describe("a duplicate key", () => {
  const duplicates = [
    Object.assign(new Error("Duplicate entry"), { errno: 1062 }),
    Object.assign(new Error("Duplicate entry"), { code: "ER_DUP_ENTRY" }),
    new Error("Failed query", { cause: Object.assign(new Error("Duplicate entry"), { errno: 1062 }) }),
    { code: "ER_DUP_ENTRY" },
  ];
  const others = [
    Object.assign(new Error("Too many connections"), { errno: 1040, code: "ER_CON_COUNT_ERROR" }),
    new Error("Duplicate entry 'key' for key 'PRIMARY'"),
    null,
    undefined,
    "ER_DUP_ENTRY",
    1062,
  ];
  const failing = (error: unknown) => sqlStore(() => Promise.reject(error), { dialect: "mysql", table: "otp" });

  it.each(duplicates)("%o means that another call was faster", async (error) => {
    expect(await failing(error).swap("key", null, "next", null)).toBe(false);
  });

  it.each(duplicates)("%o is an error where nothing is inserted", async (error) => {
    await expect(failing(error).swap("key", "old", "next", null)).rejects.toBe(error);
    await expect(failing(error).swap("key", "old", null, null)).rejects.toBe(error);
    await expect(failing(error).get("key")).rejects.toBe(error);
  });

  it.each(others)("%o is none", async (error) => {
    await expect(failing(error).swap("key", null, "next", null)).rejects.toBe(error);
  });

  it("is looked for under three wrappings and no deeper", async () => {
    const wrapped = (times: number): unknown =>
      times === 0 ? { code: "ER_DUP_ENTRY" } : new Error("Failed query", { cause: wrapped(times - 1) });
    expect(await failing(wrapped(3)).swap("key", null, "next", null)).toBe(false);
    await expect(failing(wrapped(4)).swap("key", null, "next", null)).rejects.toThrow("Failed query");
  });

  it("is looked for in the causes of an error, even if they go round in a circle", async () => {
    const circle: { cause?: unknown } = {};
    circle.cause = circle;
    await expect(failing(circle).swap("key", null, "next", null)).rejects.toBe(circle);
  });
});

describe("a sweep", () => {
  it("is one statement, and says how many records it removed", async () => {
    for (const affected of [2999, 2999n]) {
      const { query, sent } = recorder({ affected });
      expect(await sqlStore(query, { dialect: "mysql", table: "otp" }).sweep()).toBe(2999);
      expect(sent).toHaveLength(1);
    }
  });

  it("rejects when the driver does not say how many", async () => {
    for (const affected of [null, undefined, Number.NaN, -1, 1.5]) {
      const { query } = recorder({ affected });
      await expect(sqlStore(query, { dialect: "mysql", table: "otp" }).sweep()).rejects.toThrow(noAnswer);
    }
  });

  it("keeps what expired within the last hour, by this process's clock by default (trap 78)", async () => {
    const { query, sent } = recorder();
    const before = Date.now();
    await sqlStore(query, { dialect: "postgres", table: "otp" }).sweep();
    const moment = Number(sent[0]?.params[0]);
    expect(moment).toBeGreaterThanOrEqual(before - 3_600_000);
    expect(moment).toBeLessThanOrEqual(Date.now() - 3_600_000);
  });
});

describe("what a programmer gets wrong", () => {
  const { query, sent } = recorder();
  const options = { dialect: "postgres", table: "otp" } as const;

  it.each([undefined, null, {}, "SELECT"])("%o is no query", (wrong) => {
    expect(() => sqlStore(wrong as unknown as SqlQuery, options)).toThrow(refusal("invalid-argument", "query"));
  });

  it.each(["pg", "", "mariadb", "Postgres", "__proto__", "toString", undefined, null, 1, ["sqlite"]])(
    "%o is no dialect",
    (wrong) => {
      const dialect = wrong as SqlDialect;
      expect(() => sqlStore(query, { ...options, dialect })).toThrow(refusal("invalid-argument", "dialect"));
    },
  );

  it.each([
    "",
    "1a",
    "Otp",
    "otp-1",
    "a.public.otp",
    ".otp",
    "public.",
    "public..otp",
    "Public.otp",
    `${"a".repeat(64)}.otp`,
    'o"; DROP TABLE users; --',
    "o`tp",
    "otp\n",
    "a?",
    "é",
    "a".repeat(64),
    undefined,
    null,
    7,
    ["otp"],
  ])("%o is not the name of a table", (wrong) => {
    const table = wrong as string;
    expect(() => sqlStore(query, { ...options, table })).toThrow(refusal("invalid-argument", "table"));
  });

  it.each(DIALECTS)("schema.table is quoted in two parts (%s)", (dialect) => {
    const quoted = dialect === "mysql" ? "`app`.`otp`" : '"app"."otp"';
    const store = sqlStore(query, { dialect, table: "app.otp" });
    expect(store.schema()).toContain(`CREATE TABLE IF NOT EXISTS ${quoted} (`);
  });

  it("63 characters are a name, and so is an underscore", () => {
    for (const table of ["a".repeat(63), "_", "order", "o_1"]) {
      expect(sqlStore(query, { ...options, table }).schema()).toContain(`"${table}"`);
    }
  });

  it("an option by another name is refused by that name", () => {
    const wrong = { ...options, schema: "public" };
    expect(() => sqlStore(query, wrong)).toThrow(refusal("invalid-argument", "schema"));
    expect(() => sqlStore(query, undefined as unknown as typeof options)).toThrow(
      refusal("invalid-argument", "options"),
    );
  });

  it("text that a driver or server would change is refused before it is sent: two texts must never become one", async () => {
    const store = sqlStore(query, options);
    const { length } = sent;
    for (const wrong of ["a\0b", "\ud800", "a\udc00b", undefined, 7, Buffer.from("a")] as string[]) {
      await expect(store.get(wrong)).rejects.toThrow(refusal("invalid-argument", "key"));
      await expect(store.swap(wrong, null, "next", null)).rejects.toThrow(refusal("invalid-argument", "key"));
      await expect(store.swap("key", wrong, "next", null)).rejects.toThrow(refusal("invalid-argument", "expected"));
      await expect(store.swap("key", null, wrong, null)).rejects.toThrow(refusal("invalid-argument", "next"));
    }
    expect(sent).toHaveLength(length);
  });

  it("a key of 101 bytes is refused, because MySQL may cut it off and find another's record", async () => {
    const store = sqlStore(query, options);
    await store.get("k".repeat(100));
    await store.get("é".repeat(50));
    for (const long of ["k".repeat(101), `${"é".repeat(50)}k`, "\u{1f600}".repeat(26)]) {
      await expect(store.get(long)).rejects.toThrow(refusal("invalid-argument", "key"));
      await expect(store.swap(long, null, "next", null)).rejects.toThrow(refusal("invalid-argument", "key"));
    }
  });

  it("a moment that is no whole number of milliseconds is refused: a NaN would expire at once", async () => {
    const store = sqlStore(query, options);
    for (const wrong of [Number.NaN, 0.5, -1, Number.POSITIVE_INFINITY, "7", undefined] as number[]) {
      await expect(store.swap("key", null, "next", wrong)).rejects.toThrow(refusal("invalid-argument", "expiresAt"));
    }
    for (const wrong of [Number.NaN, 0.5, -1, "7", null] as number[]) {
      await expect(store.sweep(wrong)).rejects.toThrow(refusal("invalid-argument", "now"));
    }
  });
});
