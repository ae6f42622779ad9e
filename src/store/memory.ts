import { checkOptions, refuse } from "../check.ts";
import type { Clock } from "../time.ts";
import { EXPIRY_MARGIN_MS, type Store } from "./store.ts";

const OPTIONS = { clock: true } as const;
/** Records that are looked at with every write. Two are enough to remove faster than calls can add. */
const SWEPT_PER_WRITE = 2;

/**
 * A store in this process's memory: for tests, and for a server that is one process and may forget on restart. No other process
 * sees it, and it does not survive this one. Behind a load balancer use Redis or SQL.
 *
 * Each write removes up to two expired records, so that memory is bounded by the records that have not expired. No timer runs.
 *
 * @param options - `clock` decides what has expired. Default: `Date.now`. A guard or limiter with a clock of its own shares it.
 *
 * @example
 * ```ts
 * import { memoryStore } from "otp-core/store";
 *
 * const store = memoryStore();
 * console.log(await store.swap("key", null, "first", null)); // true
 * console.log(await store.swap("key", null, "second", null), await store.get("key")); // false first
 * ```
 */
export function memoryStore(options: { readonly clock?: Clock | undefined } = {}): Store {
  checkOptions(options, OPTIONS);
  const { clock = Date.now } = options;
  if (typeof clock !== "function") refuse("clock", "a function that returns milliseconds since 1970");
  const records = new Map<string, string>();
  const expiries = new Map<string, number>();
  // A Map may change while it is walked: the walk goes on where it was, and a new one starts at the end.
  let walk = expiries.entries();

  function sweep(): void {
    for (let i = 0; i < SWEPT_PER_WRITE; i++) {
      const { value, done } = walk.next();
      if (done) {
        walk = expiries.entries();
        return;
      }
      const [key, expiresAt] = value;
      if (expiresAt + EXPIRY_MARGIN_MS >= clock()) continue;
      records.delete(key);
      expiries.delete(key);
    }
  }

  return {
    async get(key) {
      return records.get(key) ?? null;
    },
    async swap(key, expected, next, expiresAt) {
      // A malformed record would break the sweep of all the others.
      if (typeof key !== "string" || (next !== null && typeof next !== "string")) refuse("key and next", "text");
      if (expiresAt !== null && !Number.isFinite(expiresAt)) refuse("expiresAt", "milliseconds since 1970, or null");
      if ((records.get(key) ?? null) !== expected) return false;
      if (next === null) records.delete(key);
      else records.set(key, next);
      if (next === null || expiresAt === null) expiries.delete(key);
      else expiries.set(key, expiresAt);
      // The usual records of a guard do not expire: a walk over nothing would cost each of their writes an object.
      if (expiries.size > 0) sweep();
      return true;
    },
  };
}
