// A store over one column of the host's own table.
import { checkOptions, type Options, refuse } from "../check.ts";
import type { RecordOwner, Store } from "./store.ts";
import { isNotApplied } from "./store-error.ts";

/** How `rowStore` reaches the row. */
export interface RowStoreOptions {
  /** The text in the row of this subject, or `null`. */
  readonly read: (owner: RecordOwner) => Promise<string | null | undefined> | string | null | undefined;
  /**
   * Writes `next` if the row still holds `expected` (`null`: SQL NULL), in one committed statement. Resolves to whether it did.
   * The row itself must exist: it is yours.
   */
  readonly write: (owner: RecordOwner, expected: string | null, next: string | null) => Promise<boolean> | boolean;
}

const OPTIONS: Options<RowStoreOptions> = { read: true, write: true };

/**
 * A store over one text column of your own table, for example of the users. Use one column per service, and for sent codes one
 * column per purpose. The column compares byte by byte (`COLLATE "C"` in PostgreSQL, `utf8mb4_bin` in MySQL), and it is written on a
 * connection of its own that commits immediately: a rollback of the request's transaction would forget the guess.
 *
 * @param options - `read` and `write` for one row.
 *
 * @example
 * ```ts
 * import { createRecoveryCodes } from "otp-core/recovery";
 * import { type RecordOwner, rowStore } from "otp-core/store";
 *
 * const users = new Map<string, string | null>([["user-1", null]]); // your table goes here
 * const read = ({ subject }: RecordOwner) => users.get(subject);
 * const write = ({ subject }: RecordOwner, expected: string | null, next: string | null) =>
 *   users.get(subject) === expected && users.set(subject, next).has(subject);
 * const recovery = createRecoveryCodes({ store: rowStore({ read, write }), pepper: new Uint8Array(32).fill(7) });
 * console.log((await recovery.generate("user-1")).length, users.get("user-1") !== null); // 10 true
 * ```
 *
 * @throws OtpError `invalid-argument`. The methods reject with what `read` and `write` throw. A `write` that is `false` although the
 * row is as expected makes the service reject with `store-refused`: the row is probably missing.
 */
export function rowStore(options: RowStoreOptions): Store {
  checkOptions(options, OPTIONS);
  const { read, write } = options;
  if (typeof read !== "function") refuse("read", "a function that reads the row of an owner");
  if (typeof write !== "function") refuse("write", "a function that writes the row of an owner");
  return {
    get: async (_, owner) => read(checkOwner(owner)),
    async swap(_, expected, next, __, owner) {
      try {
        return await write(checkOwner(owner), expected, next);
      } catch (error) {
        if (isNotApplied(error)) return false;
        throw error;
      }
    },
  };
}

function checkOwner(owner: RecordOwner | undefined): RecordOwner {
  if (owner === undefined) refuse("owner", "whose record it is: a rowStore finds the row by it");
  return owner;
}
