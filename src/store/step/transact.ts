// One linearizable step of a machine on a record.
import { checkInteger, checkOptions, type Options, refuse } from "../../check.ts";
import { checkStore, type RecordOwner, type Store } from "../store.ts";
import { failedToRead } from "../store-error.ts";
import { readRecord } from "./envelope.ts";
import type { Machine, RecordPlace, Transition } from "./machine.ts";
import { swapUntilStored, textOf } from "./swap-until-stored.ts";
import { TimeLimit } from "./time-limit.ts";
import { endTurn, takeTurn } from "./turns.ts";

/** Bounds of one call. */
export interface TransactOptions {
  /** How long one call may take, waiting included: 1 to 600,000 ms. @defaultValue 10,000 */
  readonly timeoutMs?: number | undefined;
  /** Handed to the store. @defaultValue a `guard` record whose subject is `key` */
  readonly owner?: RecordOwner | undefined;
}

const OPTIONS: Options<TransactOptions> = { timeoutMs: true, owner: true };

/**
 * Runs a machine on the record under `key` as one linearizable step: its decision is stored before it is answered, and of two
 * calls at the same time the second one sees what the first one wrote. The services are made of it. Most people should use
 * `createAccounts` or `createGuard` instead.
 *
 * Calls of one process for one key wait for each other, at most 256 of them. A lost reply of the store costs one more write: the
 * record names its last four writes, and a write of this call that is found there is confirmed before it is answered.
 *
 * @param store - where the record is.
 * @param key - the store key, for example 1 to 100 ASCII characters.
 * @param machine - decides on the state.
 * @param options - `timeoutMs` bounds the whole call: waiting for other calls, the store and the machine.
 * @returns the transition that was stored.
 *
 * @example
 * ```ts
 * import { memoryStore, transact } from "otp-core/store";
 *
 * const store = memoryStore();
 * const count = (state: string | null) => {
 *   const next = Number(state ?? 0) + 1;
 *   return { state: String(next), expiresAt: null, outcome: next, events: [] };
 * };
 * console.log((await transact(store, "visits", count)).outcome); // 1
 * ```
 *
 * @throws OtpError, as a rejection. `store-failed`: the store threw, `cause` has its error. `store-contention`: the call did not
 * get its turn. `store-uncertain`: a write failed, and it is not known whether it was applied. `store-refused`: the store refuses
 * to write although the record is as expected. `signer-failed`: the machine did not answer in time. `state-invalid`: the record
 * was not written by otp-core. What the machine throws is passed on.
 */
export async function transact<Outcome, Event>(
  store: Store,
  key: string,
  machine: Machine<Outcome, Event>,
  options: TransactOptions = {},
): Promise<Transition<Outcome, Event>> {
  checkStore(store);
  if (typeof key !== "string" || key.length === 0) refuse("key", "text");
  if (typeof machine !== "function") refuse("machine", "a function of a state");
  checkOptions(options, OPTIONS);
  const { owner = { kind: "guard", subject: key, purpose: null } } = options;
  return runMachine({ store, key, owner }, machine, timeoutOf(options), false);
}

/**
 * The same with arguments that are checked.
 *
 * @param always - for what an administrator asks for: writes even if the state stays equal, and does not wait behind attempts.
 */
export async function runMachine<Outcome, Event>(
  place: RecordPlace,
  machine: Machine<Outcome, Event>,
  timeoutMs: number,
  always: boolean,
): Promise<Transition<Outcome, Event>> {
  const { store, key } = place;
  const limit = new TimeLimit(timeoutMs);
  try {
    const turn = takeTurn(store, key, limit, always);
    if (turn !== undefined) await turn;
    return await swapUntilStored(place, machine, limit, always);
  } finally {
    limit.clear();
    endTurn(store, key, limit);
  }
}

/** The state in a record. Does not wait for the calls that may change it. */
export async function readState({ store, key, owner }: RecordPlace, timeoutMs: number): Promise<string | null> {
  const limit = new TimeLimit(timeoutMs);
  let text: string | null;
  try {
    text = textOf(await limit.within(store.get(key, owner), "the store"));
  } catch (cause) {
    throw failedToRead(cause);
  } finally {
    limit.clear();
  }
  return readRecord(text).state;
}

export function timeoutOf(options: { readonly timeoutMs?: unknown }): number {
  return options.timeoutMs === undefined ? 10_000 : checkInteger(options.timeoutMs, "timeoutMs", 1, 600_000);
}
