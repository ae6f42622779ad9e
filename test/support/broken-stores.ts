// Stores that break the laws, one in each of the ways that were seen in databases.
import { memoryStore, type Store } from "otp-core/store";

/** A store that reads and writes keys and values in some other form. */
export function mapped(keyAs: (key: string) => string, valueAs: (value: string) => string): () => Store {
  const store = memoryStore();
  const value = (text: string | null) => (text === null ? null : valueAs(text));
  return () => ({
    get: (key) => store.get(keyAs(key)),
    swap: (key, expected, next, expiresAt) => store.swap(keyAs(key), value(expected), value(next), expiresAt),
  });
}

type Write = (found: string | null, expected: string | null, next: string) => boolean;

/** A store that removes as it should, and for an empty text too, as `if (next)` does; it writes when `write` says so. */
function writing(write: Write): () => Store {
  const records = new Map<string, string>();
  return () => ({
    get: async (key) => records.get(key) ?? null,
    async swap(key, expected, next) {
      const found = records.get(key) ?? null;
      if (!(next ? write(found, expected, next) : found === expected)) return false;
      if (next) records.set(key, next);
      else records.delete(key);
      return true;
    },
  });
}

/** A store that keeps what it is given, but takes texts for equal that are not. */
export function comparing(as: (text: string) => string): () => Store {
  return writing((found, expected) => (found && expected ? as(found) === as(expected) : found === expected));
}

/** A store in memory from which a record is gone at once when `gone` says so. */
function expiring(gone: (expiresAt: number, expected: string | null) => boolean): () => Store {
  return () => ({
    get: memory.get,
    swap: (key, expected, next, expiresAt) =>
      memory.swap(key, expected, expiresAt !== null && gone(expiresAt, expected) ? null : next, expiresAt),
  });
}

const alter = (change: Partial<Store>) => {
  const store = memoryStore();
  return () => ({ ...store, ...change });
};

export const same = (text: string) => text;
export const memory = memoryStore();
const committed = memoryStore();
const place = new Map<string, string>();
const hidden = new Set<string>();

export const lookAndWrite: Store = {
  get: async (key) => place.get(key),
  async swap(key, expected, next) {
    const found = place.get(key) ?? null;
    await null;
    if (found !== expected) return false;
    if (next === null) place.delete(key);
    else place.set(key, next);
    return true;
  },
};

export const counting: Store = {
  get: memory.get,
  swap: async (...args) => Number(await memory.swap(...args)) as unknown as boolean,
};

export const ABSENT = "a record that was never written is null or undefined";
const CREATES = "a swap from null creates a record, and a swap from its text replaces it";
const REFUSES = "a swap from another text is false and changes nothing";
const REMOVES = "a swap to null removes the record, and the next one starts from null again";
export const RACE_NEW = "of 50 simultaneous swaps from null exactly one is true";
export const RACE_OLD = "of 50 simultaneous swaps from an existing record exactly one is true";
export const VALUES = "texts that only look alike are different values";
const KEYS = "texts that only look alike are different keys";
const LONG_KEYS = "keys of 100 characters are kept apart to the last one";
export const LONG_VALUES = "a value of 16 KB comes back unit for unit and is compared to its end";
const EXPIRED = "a record that expired half an hour ago is still there";
const RENEWED = "each write sets the expiry anew";
const HANDLES = "a write through one connection is seen through another one";
const COMMITTED = "a write is committed: a connection that is opened afterwards sees it";

const ALL_BUT_ABSENT = [
  CREATES,
  REFUSES,
  REMOVES,
  RACE_NEW,
  RACE_OLD,
  VALUES,
  KEYS,
  LONG_KEYS,
  LONG_VALUES,
  EXPIRED,
  RENEWED,
  HANDLES,
  COMMITTED,
];

export const mistakes: readonly (readonly [
  name: string,
  makeStore: () => Store | Promise<Store>,
  laws: readonly string[],
])[] = [
  ["two processes with a memory each (trap 12)", () => memoryStore(), [RACE_NEW, RACE_OLD, HANDLES, COMMITTED]],
  ["look, and then write", () => lookAndWrite, [RACE_NEW, RACE_OLD]],
  [
    "a connection whose transaction is never committed",
    () => {
      const uncommitted = new Map<string, string | null>();
      const read = async (key: string) =>
        (uncommitted.has(key) ? uncommitted.get(key) : await committed.get(key)) ?? null;
      return {
        get: read,
        async swap(key, expected, next) {
          const found = await read(key);
          if (found === expected) uncommitted.set(key, next);
          return found === expected;
        },
      };
    },
    [RACE_NEW, RACE_OLD, HANDLES, COMMITTED],
  ],
  [
    "a lock in each process",
    () => {
      let turn: Promise<unknown> = Promise.resolve();
      return {
        get: async (key) => place.get(key),
        swap(key, ...rest) {
          const swap = turn.then(() => lookAndWrite.swap(key, ...rest));
          turn = swap;
          return swap;
        },
      };
    },
    [RACE_NEW, RACE_OLD],
  ],
  [
    "a write that remembers what this process wrote last",
    () => {
      const written = new Map<string, string>();
      return {
        get: memory.get,
        async swap(key, expected, next, expiresAt) {
          const found = (await memory.get(key)) ?? null;
          const known = next ? (written.get(key) ?? found) : found;
          if (known !== expected) return false;
          if (next) written.set(key, next);
          else written.delete(key);
          return memory.swap(key, found, next || null, expiresAt);
        },
      };
    },
    [HANDLES],
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
  ["a collation that ignores punctuation", comparing((text) => text.replace(/\p{P}/gu, "")), [REFUSES]],
  [
    "a collation to which what it does not know weighs nothing",
    comparing((text) => text.replace(/\P{ASCII}/gu, "")),
    [VALUES, LONG_VALUES],
  ],
  [
    "a comparison as long as what is expected",
    writing((found, expected) => (found && expected ? found.startsWith(expected) : found === expected)),
    [REFUSES, VALUES, LONG_VALUES],
  ],
  [
    "a write that creates what was to be replaced",
    writing((found, expected) => found === null || found === expected),
    [REFUSES, REMOVES],
  ],
  [
    "no question about a swap that changes nothing",
    writing((found, expected, next) => expected === next || found === expected),
    [REFUSES],
  ],
  ["a column that pads", mapped(same, (text) => text.trimEnd()), [VALUES]],
  ["a column that normalises", mapped(same, (text) => text.normalize("NFC")), [VALUES]],
  [
    "a column of numbers where it can",
    mapped(same, (text) => (Number.isNaN(Number(text)) || text.trim() === "" ? text : String(Number(text)))),
    [VALUES],
  ],
  ["a JSON column", mapped(same, (text) => (text.startsWith("{") ? JSON.stringify(JSON.parse(text)) : text)), [VALUES]],
  ["a column of half of Unicode", mapped(same, (text) => text.replace(/[^\0-\uffff]/gu, "?")), [VALUES]],
  ["a column that takes null for null", mapped(same, (text) => (/^null$/i.test(text) ? "NULL" : text)), [VALUES]],
  ["a value that is cut off at 4 KB", mapped(same, (text) => text.slice(0, 4096)), [LONG_VALUES]],
  ["line ends of another system", mapped(same, (text) => text.replaceAll("\n", "\r\n")), [VALUES, LONG_VALUES]],
  ["a key that ignores case", mapped((key) => key.toUpperCase(), same), [KEYS]],
  ["a key that pads", mapped((key) => key.trimEnd(), same), [KEYS]],
  ["a key that normalises", mapped((key) => key.normalize("NFC"), same), [KEYS]],
  ["a key that is cut off at 64 characters", mapped((key) => key.slice(0, 64), same), [LONG_KEYS]],
  ["a key that is cut off at 99 characters", mapped((key) => key.slice(0, 99), same), [LONG_KEYS]],
  ["expiry to the moment", expiring((at) => at < Date.now()), [EXPIRED, RENEWED]],
  [
    "expiry to the moment of what is new",
    expiring((at, expected) => expected === null && at < Date.now()),
    [EXPIRED, RENEWED],
  ],
  [
    "expiry to the moment of what was there",
    expiring((at, expected) => expected !== null && at < Date.now()),
    [EXPIRED],
  ],
  [
    "the time that is left where the moment belongs",
    expiring((at) => at > Date.now() && at - Date.now() < Date.now()),
    [RENEWED],
  ],
  [
    "a record that expired and gives way to a new one",
    () => {
      const expiries = new Map<string, number | null>();
      return {
        get: memory.get,
        async swap(key, expected, next, expiresAt) {
          const gone = expected === null && next && (expiries.get(key) ?? Infinity) < Date.now();
          expiries.set(key, expiresAt);
          return memory.swap(key, gone ? ((await memory.get(key)) ?? null) : expected, next, expiresAt);
        },
      };
    },
    [EXPIRED],
  ],
  [
    "an expiry that is renewed without the text",
    () => ({
      get: memory.get,
      swap: (key, expected, next, expiresAt) =>
        memory.swap(key, expected, expiresAt === null ? next : (expected ?? next), expiresAt),
    }),
    [EXPIRED, RENEWED],
  ],
  [
    "a write that changes nothing",
    alter({ swap: async (key, expected) => ((await memory.get(key)) ?? null) === expected }),
    ALL_BUT_ABSENT,
  ],
  ["a count of rows instead of true and false", () => counting, ALL_BUT_ABSENT],
  [
    "undefined instead of false",
    () => ({
      get: memory.get,
      swap: async (...args) => ((await memory.swap(...args)) || undefined) as unknown as boolean,
    }),
    [REFUSES, REMOVES, RACE_NEW, RACE_OLD, VALUES, LONG_VALUES, EXPIRED, HANDLES],
  ],
  [
    "a write whatever the answer is",
    () => ({
      get: lookAndWrite.get,
      async swap(key, expected, next) {
        const found = place.get(key) ?? null;
        if (next === null) place.delete(key);
        else place.set(key, next);
        return found === expected;
      },
    }),
    [REFUSES, REMOVES, RACE_NEW, RACE_OLD, VALUES, LONG_VALUES, EXPIRED, HANDLES],
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
    "a removal that only hides",
    () => ({
      get: async (key) => (hidden.has(key) ? null : memory.get(key)),
      async swap(key, expected, next, expiresAt) {
        const found = (await memory.get(key)) ?? null;
        if (!next) return !hidden.has(key) && found === expected && Boolean(hidden.add(key));
        const covered = expected === null && hidden.has(key) ? found : expected;
        if (!(await memory.swap(key, covered, next, expiresAt))) return false;
        hidden.delete(key);
        return true;
      },
    }),
    [REMOVES],
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
