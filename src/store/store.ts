/**
 * A place that remembers one text per key and can do one thing: compare and swap. Every engine with a conditional write is
 * one in twenty lines; `storeContract` of `otp-core/testing` proves it. An engine without one (a plain key-value cache, an
 * eventually consistent store) must not be used: two requests at once would both be accepted.
 */
export interface Store {
  /** The text under `key`, unit for unit as it was written, or null. */
  get(key: string): Promise<string | null | undefined>;
  /**
   * Atomically writes `next` (null: removes) if the record still is `expected` (null: absent), and says whether it did. The
   * record may be dropped after `expiresAt`, in milliseconds since 1970, and never before; null keeps it for ever.
   */
  swap(key: string, expected: string | null, next: string | null, expiresAt: number | null): Promise<boolean>;
}

/**
 * How long after `expiresAt` our stores keep a record, in milliseconds. Expiry is garbage collection and nothing more, so
 * that no difference between the clocks of servers and stores can bring an old code back (trap 78).
 */
export const EXPIRY_MARGIN_MS = 3_600_000;
