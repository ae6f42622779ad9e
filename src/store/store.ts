import { refuse } from "../check.ts";

/** What a record is about. */
export type RecordKind = "account" | "guard" | "passcodes" | "recovery" | "limiter" | "send-guard" | "ocra";

/** Whose record it is. Most stores ignore it, because the store key says enough. `rowStore` finds the row by it. */
export interface RecordOwner {
  readonly kind: RecordKind;
  /** Your own id of the user. For limiters: what is limited. */
  readonly subject: string;
  /** Sent codes: the purpose. Limiters: the name. Otherwise `null`. */
  readonly purpose: string | null;
}

/**
 * Remembers one text per store key and can do one thing: compare and swap. Every database with a conditional write can be a store
 * in about twenty lines of code. `storeContract` of `otp-core/testing` tests such a store. A database without conditional writes
 * (a plain cache, an eventually consistent store) must not be used: two requests at the same time would both be accepted.
 */
export interface Store {
  /** The text under `key` exactly as it was written, or `null`. */
  get(key: string, owner?: RecordOwner): Promise<string | null | undefined>;
  /**
   * Atomically writes `next` (`null`: removes) if the record still is `expected` (`null`: absent). Resolves to whether it did.
   * `false` means that the write was definitely not applied. `true` means that it is safe: what a failover may still lose must
   * reject instead.
   *
   * @param expiresAt - milliseconds since 1970. The record may be dropped afterwards, never before. `null`: keep it for ever.
   */
  swap(
    key: string,
    expected: string | null,
    next: string | null,
    expiresAt: number | null,
    owner?: RecordOwner,
  ): Promise<boolean>;
}

/**
 * How long the stores of otp-core keep a record after `expiresAt`, in milliseconds. Expiry only frees space. The margin is larger
 * than the difference between the clocks of servers, so that an expired record never makes an old code valid again.
 */
export const EXPIRY_MARGIN_MS = 3_600_000;

/** Throws unless it has both methods of a store. */
export function checkStore(store: unknown): void {
  const { get, swap } = (store ?? {}) as Partial<Record<keyof Store, unknown>>;
  if (typeof get !== "function" || typeof swap !== "function") refuse("store", "a store with get and swap");
}
