// The rules that every store must keep, for any test runner.
import { checkOptions, type Options } from "../check.ts";
import { encodeBase32 } from "../encoding/base32.ts";
import { randomBytes } from "../encoding/random.ts";
import type { RecordOwner, Store } from "../store/store.ts";

/** Something that every store must do. */
export interface StoreRule {
  /** A sentence. */
  readonly name: string;
  /** Rejects with an Error that says what the store did instead. */
  run(): Promise<void>;
}

/** Makes a store for one rule. Each call must give an empty store, or one whose records no other rule uses. */
export type MakeStore = () => Store | Promise<Store>;

/** The options of {@link storeContract}. */
export interface StoreContractOptions {
  /** For a `rowStore`: creates an empty row and returns its subject. @defaultValue random text */
  readonly newSubject?: (() => string | Promise<string>) | undefined;
}

const OPTIONS: Options<StoreContractOptions> = { newSubject: true };

/**
 * What the services need of a store, as rules for any test runner. Use it to test a store of your own:
 * `for (const { name, run } of storeContract(connect)) test(name, run)` is a test suite.
 *
 * @param makeStore - called up to three times for each rule. Every store that it returns must stand for the same place. Open a new
 * connection each time: only then do two connections compete, and only then is a missing commit noticed. For a store in memory it
 * is the same store each time. The rules draw keys of their own, so that the place may be in use. Closing connections is up to you.
 * @param options - `newSubject` for a `rowStore`, whose rows must exist: each key of a rule gets a subject of its own.
 * @returns the rules. `run` rejects with what `makeStore` and the store throw.
 *
 * @example
 * ```ts
 * import { memoryStore } from "otp-core/store";
 * import { storeContract } from "otp-core/testing";
 *
 * const store = memoryStore();
 * for (const rule of storeContract(() => store)) await rule.run();
 * console.log("every rule is kept"); // every rule is kept
 * ```
 */
export function storeContract(makeStore: MakeStore, options: StoreContractOptions = {}): readonly StoreRule[] {
  checkOptions(options, OPTIONS);
  const { newSubject = () => random("subject") } = options;
  return RULES.map(([name, check]) => ({
    name,
    run: () => check(withOwners(makeStore, newSubject), random("contract")),
  }));
}

function random(name: string): string {
  return `${name}-${encodeBase32(randomBytes(15))}`;
}

/** Each key belongs to a subject of its own, whichever store is asked for it. */
function withOwners(makeStore: MakeStore, newSubject: () => string | Promise<string>): MakeStore {
  const owners = new Map<string, Promise<RecordOwner>>();
  const draw = async (): Promise<RecordOwner> => ({ kind: "guard", subject: await newSubject(), purpose: null });
  const ownerOf = (key: string) => {
    const owner = owners.get(key) ?? draw();
    owners.set(key, owner);
    return owner;
  };
  return async () => {
    const store = await makeStore();
    return {
      get: async (key) => store.get(key, await ownerOf(key)),
      swap: async (key, expected, next, expiresAt) => store.swap(key, expected, next, expiresAt, await ownerOf(key)),
    };
  };
}

/** `key` and every other key that begins with it are unused. */
type Check = (makeStore: MakeStore, key: string) => Promise<void>;

const RACERS = 50;
const KEY_LENGTH = 100;
const HALF_AN_HOUR_MS = 1_800_000;

/** Texts that some collation, padding, case folding, normalisation or number format takes for one another. */
const LOOKALIKES = [
  ["A", "a"],
  ["v", "v ", " v", "v\t", "v\n"],
  ["e", "\u00e9", "e\u0301"], // without an accent, composed, decomposed
  ["ss", "\u00df"],
  ["\u{1f600}", "\u{1f601}"],
  ["1", "01", "1.0", "1e0"],
  ['{"a":1}', '{"a": 1}'],
  ["null", "NULL", "undefined"],
] as const;

const RULES: readonly (readonly [name: string, check: Check])[] = [
  [
    "a record that was never written is null or undefined",
    async (makeStore, key) => {
      await expectRecord(await makeStore(), key, null);
    },
  ],
  [
    "a swap from null creates a record, and a swap from its text replaces it",
    async (makeStore, key) => {
      const store = await makeStore();
      await expectSwap(store, key, null, "first", true);
      await expectRecord(store, key, "first");
      await expectSwap(store, key, "first", "second", true);
      await expectRecord(store, key, "second");
    },
  ],
  [
    "a swap from another text is false and changes nothing",
    async (makeStore, key) => {
      const store = await makeStore();
      const refuses = async (others: readonly (string | null)[], there: string | null) => {
        for (const expected of others) {
          for (const next of ["second", null]) {
            await expectSwap(store, key, expected, next, false);
            await expectRecord(store, key, there);
          }
        }
      };
      const texts = ["second", "firs", "first."];
      await refuses(texts, null);
      await expectSwap(store, key, null, "first", true);
      await refuses([null, ...texts], "first");
    },
  ],
  [
    "a swap to null removes the record, and the next one starts from null again",
    async (makeStore, key) => {
      const store = await makeStore();
      await expectSwap(store, key, null, "first", true);
      await expectSwap(store, key, "first", null, true);
      await expectRecord(store, key, null);
      await expectSwap(store, key, "first", "second", false);
      await expectSwap(store, key, null, "second", true);
      await expectRecord(store, key, "second");
    },
  ],
  [
    `of ${RACERS} simultaneous swaps from null exactly one is true`,
    async (makeStore, key) => {
      await race(await makeStore(), await makeStore(), key, null);
    },
  ],
  [
    `of ${RACERS} simultaneous swaps from an existing record exactly one is true`,
    async (makeStore, key) => {
      const store = await makeStore();
      await expectSwap(store, key, null, "start", true);
      await race(store, await makeStore(), key, "start");
    },
  ],
  [
    "texts that only look alike are different values",
    async (makeStore, key) => {
      const store = await makeStore();
      let last: string | null = null;
      for (const alike of LOOKALIKES) {
        for (const value of alike) {
          await expectSwap(store, key, last, value, true);
          await expectRecord(store, key, value);
          for (const other of alike) if (other !== value) await expectSwap(store, key, other, "lost", false);
          last = value;
        }
      }
    },
  ],
  [
    "texts that only look alike are different keys",
    async (makeStore, key) => {
      const store = await makeStore();
      const suffixes = LOOKALIKES.flat();
      for (const [i, suffix] of suffixes.entries()) await expectSwap(store, `${key}:${suffix}`, null, `${i}`, true);
      for (const [i, suffix] of suffixes.entries()) await expectRecord(store, `${key}:${suffix}`, `${i}`);
    },
  ],
  [
    `keys of ${KEY_LENGTH} characters are kept apart to the last one`,
    async (makeStore, key) => {
      const store = await makeStore();
      const long = key.padEnd(KEY_LENGTH - 1, "x");
      for (const last of ["1", "2"]) await expectSwap(store, long + last, null, `value ${last}`, true);
      for (const last of ["1", "2"]) await expectRecord(store, long + last, `value ${last}`);
      await expectRecord(store, long, null);
    },
  ],
  [
    "a value of 16 KB comes back unit for unit and is compared to its end",
    async (makeStore, key) => {
      const store = await makeStore();
      // 16 bytes of UTF-8, with what drivers and databases like to read in a way of their own.
      const value = "ab'\"\\%_?$ \n\u20ac\u00e9".repeat(1024);
      await expectSwap(store, key, null, value, true);
      await expectRecord(store, key, value);
      await expectSwap(store, key, `${value.slice(0, -1)}e`, "lost", false);
      await expectSwap(store, key, value.slice(0, -1), "lost", false);
      await expectSwap(store, key, value, "short", true);
      await expectRecord(store, key, "short");
    },
  ],
  [
    // The clocks of servers and stores differ, so the stores of this package keep a record for one hour after it expired.
    "a record that expired half an hour ago is still there",
    async (makeStore, key) => {
      const store = await makeStore();
      await expectSwap(store, key, null, "first", true, Date.now() - HALF_AN_HOUR_MS);
      await expectRecord(store, key, "first");
      await expectSwap(store, key, null, "second", false);
      await expectSwap(store, key, "first", "second", true, Date.now() - HALF_AN_HOUR_MS);
      await expectRecord(store, key, "second");
    },
  ],
  [
    "each write sets the expiry anew",
    async (makeStore, key) => {
      const store = await makeStore();
      const moments = [Date.now() - HALF_AN_HOUR_MS, null, Date.now() + HALF_AN_HOUR_MS, null];
      let last: string | null = null;
      for (const [i, expiresAt] of moments.entries()) {
        const value = `value ${i}`;
        await expectSwap(store, key, last, value, true, expiresAt);
        await expectRecord(store, key, value);
        last = value;
      }
    },
  ],
  [
    "a write through one connection is seen through another one",
    async (makeStore, key) => {
      const [one, other] = [await makeStore(), await makeStore()];
      await expectSwap(one, key, null, "first", true);
      await expectRecord(other, key, "first");
      await expectSwap(other, key, "first", "second", true);
      await expectSwap(one, key, "first", "third", false);
      await expectRecord(one, key, "second");
      await expectSwap(one, key, "second", null, true);
      await expectRecord(other, key, null);
    },
  ],
  [
    "a write is committed: a connection that is opened afterwards sees it",
    async (makeStore, key) => {
      await expectSwap(await makeStore(), key, null, "first", true);
      const later = await makeStore();
      await expectRecord(later, key, "first");
      await expectSwap(later, key, "first", "second", true);
      await expectRecord(await makeStore(), key, "second");
    },
  ],
];

async function race(one: Store, other: Store, key: string, expected: string | null): Promise<void> {
  const values = Array.from({ length: RACERS }, (_, i) => `racer ${i}`);
  const swaps = values.map((value, i) => ([one, other][i % 2] as Store).swap(key, expected, value, null));
  const replies: unknown[] = await Promise.all(swaps);
  for (const reply of replies)
    if (typeof reply !== "boolean") fail(`swap resolved to ${shown(reply)} instead of a boolean`);
  const winners = values.filter((_, i) => replies[i] === true);
  const [winner = null] = winners;
  if (winners.length !== 1) {
    fail(`${winners.length} of ${RACERS} simultaneous swaps from ${shown(expected)} were true instead of one`);
  }
  // Through both, because either may have lost.
  await expectRecord(one, key, winner);
  await expectRecord(other, key, winner);
}

async function expectRecord(store: Store, key: string, expected: string | null): Promise<void> {
  const found: unknown = await store.get(key);
  if ((found ?? null) === expected) return;
  fail(`get(${shown(key)}) resolved to ${shown(found)} instead of ${shown(expected)}`);
}

async function expectSwap(
  store: Store,
  key: string,
  expected: string | null,
  next: string | null,
  result: boolean,
  expiresAt: number | null = null,
): Promise<void> {
  const reply: unknown = await store.swap(key, expected, next, expiresAt);
  if (reply === result) return;
  const call = `swap(${[key, expected, next, expiresAt].map(shown).join(", ")})`;
  fail(`${call} resolved to ${shown(reply)} instead of ${result}`);
}

function fail(message: string): never {
  throw new Error(message);
}

function shown(value: unknown): string {
  if (typeof value !== "string") return String(value);
  const text = value.length > 80 ? `${value.slice(0, 40)}...${value.slice(-20)}` : value;
  // Characters outside ASCII are escaped, because the difference is often one of them.
  const spelt = JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return value === text ? spelt : `${spelt} (${value.length} characters)`;
}
