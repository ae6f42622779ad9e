// The laws are worth what they find: here are stores that break them, one in each of the ways that were seen in databases.
import { memoryStore, type Store } from "otp-core/guard";
import { storeContract } from "otp-core/testing";
import { describe, expect, it } from "vitest";

/** The names of the laws that a store breaks. */
async function broken(makeStore: () => Store | Promise<Store>): Promise<string[]> {
  const names: string[] = [];
  for (const { name, run } of storeContract(makeStore)) {
    await run().catch(() => names.push(name));
  }
  return names;
}

/** A store that reads and writes keys and values in some other form. */
function mapped(keyAs: (key: string) => string, valueAs: (value: string) => string): () => Store {
  const store = memoryStore();
  const value = (text: string | null) => (text === null ? null : valueAs(text));
  return () => ({
    get: (key) => store.get(keyAs(key)),
    swap: (key, expected, next, expiresAt) => store.swap(keyAs(key), value(expected), value(next), expiresAt),
  });
}

/** A store that keeps what it is given, but takes texts for equal that are not. */
function comparing(as: (text: string) => string): () => Store {
  const records = new Map<string, string>();
  const same = (a: string | null, b: string | null) => (a === null || b === null ? a === b : as(a) === as(b));
  return () => ({
    get: async (key) => records.get(key) ?? null,
    async swap(key, expected, next) {
      if (!same(records.get(key) ?? null, expected)) return false;
      if (next === null) records.delete(key);
      else records.set(key, next);
      return true;
    },
  });
}

const alter = (change: Partial<Store>) => {
  const store = memoryStore();
  return () => ({ ...store, ...change });
};

const same = (text: string) => text;
const memory = memoryStore();
const place = new Map<string, string>();

const ABSENT = "what was never written is null or undefined";
const CREATES = "a swap from null creates a record, and one from what is there replaces it";
const REFUSES = "a swap from anything else is false and changes nothing";
const REMOVES = "a swap to null removes the record, and the next one starts from null again";
const RACE_NEW = "of 50 swaps at once from null exactly one is true";
const RACE_OLD = "of 50 swaps at once from what is there exactly one is true";
const VALUES = "texts that only look alike are different values";
const KEYS = "texts that only look alike are different keys";
const LONG_KEYS = "keys of 100 characters are kept apart to the last one";
const LONG_VALUES = "a value of 16 KB comes back unit for unit and is compared to its end";
const EXPIRED = "a record that expired half an hour ago is still there";
const RENEWED = "a new write decides anew when the record expires";
const HANDLES = "what one handle writes, another one sees";

const mistakes: readonly (readonly [name: string, makeStore: () => Store | Promise<Store>, laws: readonly string[]])[] =
  [
    ["two processes with a memory each (trap 12)", () => memoryStore(), [RACE_NEW, RACE_OLD, HANDLES]],
    [
      "look, and then write",
      () => ({
        get: async (key) => place.get(key),
        async swap(key, expected, next) {
          const found = place.get(key) ?? null;
          await null;
          if (found !== expected) return false;
          if (next === null) place.delete(key);
          else place.set(key, next);
          return true;
        },
      }),
      [RACE_NEW, RACE_OLD],
    ],
    ["a collation that ignores case", comparing((text) => text.toLowerCase()), [VALUES]],
    ["a collation that ignores spaces at the end", comparing((text) => text.trimEnd()), [VALUES]],
    [
      "a collation that ignores accents",
      comparing((text) => text.normalize("NFD").replace(/\p{M}/gu, "")),
      [VALUES, LONG_VALUES],
    ],
    ["a collation of composed characters", comparing((text) => text.normalize("NFC")), [VALUES]],
    [
      "a collation to which all emoji are one",
      comparing((text) => text.replace(/\p{Emoji_Presentation}/gu, "?")),
      [VALUES],
    ],
    ["a column that pads", mapped(same, (text) => text.trimEnd()), [VALUES]],
    ["a column that normalises", mapped(same, (text) => text.normalize("NFC")), [VALUES]],
    [
      "a column of numbers where it can",
      mapped(same, (text) => (Number.isNaN(Number(text)) || text.trim() === "" ? text : String(Number(text)))),
      [VALUES],
    ],
    [
      "a JSON column",
      mapped(same, (text) => (text.startsWith("{") ? JSON.stringify(JSON.parse(text)) : text)),
      [VALUES],
    ],
    ["a column of half of Unicode", mapped(same, (text) => text.replace(/[^\0-\uffff]/gu, "?")), [VALUES]],
    ["a column that takes null for null", mapped(same, (text) => (/^null$/i.test(text) ? "NULL" : text)), [VALUES]],
    ["a value that is cut off at 4 KB", mapped(same, (text) => text.slice(0, 4096)), [LONG_VALUES]],
    ["line ends of another system", mapped(same, (text) => text.replaceAll("\n", "\r\n")), [VALUES, LONG_VALUES]],
    ["a key that ignores case", mapped((key) => key.toUpperCase(), same), [KEYS]],
    ["a key that pads", mapped((key) => key.trimEnd(), same), [KEYS]],
    ["a key that normalises", mapped((key) => key.normalize("NFC"), same), [KEYS]],
    ["a key that is cut off at 64 characters", mapped((key) => key.slice(0, 64), same), [LONG_KEYS]],
    ["a key that is cut off at 99 characters", mapped((key) => key.slice(0, 99), same), [LONG_KEYS]],
    [
      "expiry to the moment",
      () => ({
        get: memory.get,
        async swap(key, expected, next, expiresAt) {
          const gone = expiresAt !== null && expiresAt < Date.now();
          return memory.swap(key, expected, gone ? null : next, expiresAt);
        },
      }),
      [EXPIRED, RENEWED],
    ],
    [
      "a write that changes nothing",
      alter({ swap: async (key, expected) => ((await memory.get(key)) ?? null) === expected }),
      [CREATES, REFUSES, REMOVES, RACE_NEW, RACE_OLD, VALUES, KEYS, LONG_KEYS, LONG_VALUES, EXPIRED, RENEWED, HANDLES],
    ],
    [
      "a count of rows instead of true and false",
      () => ({ get: memory.get, swap: async (...args) => Number(await memory.swap(...args)) as unknown as boolean }),
      [CREATES, REFUSES, REMOVES, RACE_NEW, RACE_OLD, VALUES, KEYS, LONG_KEYS, LONG_VALUES, EXPIRED, RENEWED, HANDLES],
    ],
    [
      "an error for who was not the fastest",
      () => ({
        get: memory.get,
        async swap(...args) {
          if (await memory.swap(...args)) return true;
          throw new Error("could not serialize access");
        },
      }),
      [REFUSES, REMOVES, RACE_NEW, RACE_OLD, VALUES, LONG_VALUES, EXPIRED, HANDLES],
    ],
    [
      "a removal that leaves an empty text",
      () => ({
        get: memory.get,
        swap: (key, expected, next, expiresAt) => memory.swap(key, expected, next ?? "", expiresAt),
      }),
      [REMOVES, HANDLES],
    ],
    [
      "an empty text for what is not there",
      () => ({ ...memory, get: async (key) => (await memory.get(key)) ?? "" }),
      [ABSENT, REFUSES, REMOVES, LONG_KEYS, HANDLES],
    ],
  ];

describe("the contract of a store", () => {
  it("is kept by the store in memory, as often as it is run", async () => {
    const store = memoryStore();
    for (let i = 0; i < 3; i++) expect(await broken(() => store)).toEqual([]);
  });

  it("takes a promise of a store as well", async () => {
    expect(await broken(async () => memory)).toEqual([]);
  });

  it.each(mistakes)("is broken by %s", async (_, makeStore, laws) => {
    expect(await broken(makeStore)).toEqual(laws);
  });

  it("has no law that nothing breaks", () => {
    const laws = storeContract(() => memory).map(({ name }) => name);
    expect(laws.filter((law) => !mistakes.some(([, , breaks]) => breaks.includes(law)))).toEqual([]);
  });

  it("says what the store did instead, with every character outside of ASCII spelt out", async () => {
    const law = storeContract(comparing((text) => text.normalize("NFC"))).find(({ name }) => name === VALUES);
    await expect(law?.run()).rejects.toThrow(
      /^swap\("contract:\w+", "e\\u0301", "lost", null\) resolved with true instead of false$/,
    );
    const cut = storeContract(mapped(same, (text) => text.slice(0, 100))).find(({ name }) => name === LONG_VALUES);
    await expect(cut?.run()).rejects.toThrow(
      /resolved with ".{40,}\.\.\..*" \(100 characters\) instead of .* \(13312 characters\)$/,
    );
  });

  it("lets through what the store throws", async () => {
    const down = new Error("connection refused");
    const [law] = storeContract(() => Promise.reject(down));
    await expect(law?.run()).rejects.toBe(down);
  });

  it("uses keys of its own: another run is not in its way", async () => {
    const keys = new Set<string>();
    const noting: Store = {
      get: memory.get,
      swap(key, ...rest) {
        keys.add(key);
        return memory.swap(key, ...rest);
      },
    };
    await broken(() => noting);
    const first = new Set(keys);
    keys.clear();
    await broken(() => noting);
    expect([...keys].filter((key) => first.has(key))).toEqual([]);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(100);
  });
});
