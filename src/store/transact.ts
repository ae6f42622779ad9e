import { checkInteger, checkOptions, type Options, refuse } from "../check.ts";
import { OtpError } from "../errors.ts";
import { freshNonce, namesEveryWriteSince, readRecord, type StoredRecord, writeRecord } from "./envelope.ts";
import { checkStore, type RecordOwner, type Store } from "./store.ts";
import { pause, type TimeLimit, timeLimit } from "./time-limit.ts";

/** What a machine leaves behind. `state` is opaque text with a version; null: nothing to keep. Equal text, equal state. */
export interface Transition<Outcome, Event = never> {
  readonly state: string | null;
  /** When the record may be dropped, in milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
  readonly outcome: Outcome;
  readonly events: readonly Event[];
}

/**
 * A pure decision on a state. It may be asked several times for one attempt, because somebody else was faster, and only its
 * last answer counts.
 */
export type Machine<Outcome, Event = never> = (
  state: string | null,
) => Transition<Outcome, Event> | Promise<Transition<Outcome, Event>>;

/** Bounds of one call. */
export interface TransactOptions {
  /** How long one call may take, waiting for the store included: 1 to 600000 ms, and 10000 unless told. */
  readonly timeoutMs?: number | undefined;
  /** Handed to the store. @defaultValue a `guard` record whose subject is `key` */
  readonly owner?: RecordOwner | undefined;
}

const OPTIONS: Options<TransactOptions> = { timeoutMs: true, owner: true };
const MAX_ROUNDS = 32;
/** A store that throws this often in one call is broken rather than busy. */
const MAX_ERRORS = 3;
/** From this round on a pause is made first: whoever lost three races is one of many. */
const FIRST_PAUSE = 3;

export function timeoutOf(options: { readonly timeoutMs?: unknown }): number {
  return options.timeoutMs === undefined ? 10_000 : checkInteger(options.timeoutMs, "timeoutMs", 1, 600_000);
}

/**
 * Runs a machine on the record under `key` as one linearizable step: what it decides is stored before it is answered, and
 * of two calls at once the second one sees what the first has written. Use `createGuard`; this is what it is made of.
 *
 * Calls for one key queue within the process. A reply of the store that was lost costs nothing: the record names its last
 * writes, and who finds his own among them has his answer.
 *
 * @example
 * ```ts
 * import { memoryStore, transact } from "otp-core/store";
 *
 * const count = (state: string | null) => {
 *   const next = Number(state ?? 0) + 1;
 *   return { state: String(next), expiresAt: null, outcome: next, events: [] };
 * };
 * const store = memoryStore();
 * await transact(store, "visits", count);
 * console.log((await transact(store, "visits", count)).outcome); // 2
 * ```
 *
 * @throws OtpError, as a rejection: `store-failed` (with the store's error as `cause`), `store-contention` (somebody else was
 * faster 32 times), `store-uncertain` (a write failed, and nothing tells whether it was applied), `state-invalid` (the record
 * is not ours). What the machine throws comes as it is.
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

/** Where a record is. */
export interface RecordPlace {
  readonly store: Store;
  readonly key: string;
  readonly owner: RecordOwner;
}

/** `transact` with arguments that are checked. @param always - writes even if the state stays equal. */
export async function runMachine<Outcome, Event>(
  place: RecordPlace,
  machine: Machine<Outcome, Event>,
  timeoutMs: number,
  always: boolean,
): Promise<Transition<Outcome, Event>> {
  return queued(place.store, place.key, async () => {
    const limit = timeLimit(timeoutMs);
    try {
      return await decide(place, machine, limit, always);
    } finally {
      limit.clear();
    }
  });
}

/** The state in a record, without waiting for the calls that may change it. */
export async function readState(place: RecordPlace, timeoutMs: number): Promise<string | null> {
  const limit = timeLimit(timeoutMs);
  try {
    return readRecord(await load(place, limit, [])).state;
  } finally {
    limit.clear();
  }
}

/** The last call of each key that has not been answered yet. */
const queues = new WeakMap<Store, Map<string, Promise<unknown>>>();

async function queued<T>(store: Store, key: string, call: () => Promise<T>): Promise<T> {
  const calls = queues.get(store) ?? new Map<string, Promise<unknown>>();
  queues.set(store, calls);
  const before = calls.get(key);
  // Whatever became of the call before: that was its caller's business.
  const mine = before === undefined ? call() : before.then(call, call);
  calls.set(key, mine);
  try {
    return await mine;
  } finally {
    if (calls.get(key) === mine) calls.delete(key);
  }
}

/** A write that did not come back with `true`. */
interface Attempt<Outcome, Event> {
  readonly nonce: string;
  readonly before: StoredRecord;
  readonly transition: Transition<Outcome, Event>;
  /** Else the store said false: a client's own retry may have turned a lost reply into that. */
  readonly threw: boolean;
}

async function decide<Outcome, Event>(
  place: RecordPlace,
  machine: Machine<Outcome, Event>,
  limit: TimeLimit,
  always: boolean,
): Promise<Transition<Outcome, Event>> {
  const made: Attempt<Outcome, Event>[] = [];
  // Those whose fate is open. A write that may have been applied must not be contradicted.
  let open: Attempt<Outcome, Event>[] = [];
  const errors: unknown[] = [];
  for (let round = 0; ; round++) {
    if (round >= FIRST_PAUSE) await pause(round - FIRST_PAUSE);
    if (limit.isOver()) break;
    const text = await load(place, limit, open);
    const record = readRecord(text);
    const own = made.find(({ nonce }) => record.nonces.includes(nonce));
    if (own !== undefined) return own.transition;
    open = open.filter((attempt) => isOpen(attempt, record));
    if (round === MAX_ROUNDS || errors.length === MAX_ERRORS) break;

    const transition = checkTransition(await machine(record.state));
    if (transition.state === record.state && !always) {
      if (contradicts(transition.outcome, open)) throw uncertain(errors[0]);
      return transition;
    }
    const nonce = freshNonce();
    let threw = false;
    try {
      const next = writeRecord(record, nonce, transition.state);
      const swapped: unknown = await limit.within(
        place.store.swap(place.key, text, next, transition.expiresAt, place.owner),
      );
      if (swapped === true) {
        // What started from the same record as this write did not come before it, and comes too late now.
        const rest = open.filter(({ before }) => before.nonces[0] !== record.nonces[0]);
        if (!contradicts(transition.outcome, rest)) return transition;
        open = rest;
        break;
      }
      if (swapped !== false) throw new TypeError("swap resolved with neither true nor false");
    } catch (cause) {
      errors.push(cause);
      threw = true;
    }
    const attempt = { nonce, before: record, transition, threw };
    made.push(attempt);
    open.push(attempt);
  }
  const [cause] = errors;
  if (open.some(({ transition }) => !isRefusal(transition.outcome))) throw uncertain(cause);
  if (errors.length > 0) throw new OtpError("store-failed", "the store failed to write", { cause });
  throw new OtpError("store-contention", `the store let no swap through in ${MAX_ROUNDS} rounds`);
}

/** What a machine of the caller's own returned: a state that is no text would be read back as another one. */
function checkTransition<Outcome, Event>(transition: Transition<Outcome, Event>): Transition<Outcome, Event> {
  const { state, expiresAt } = Object(transition) as Partial<Transition<Outcome, Event>>;
  const isState = state === null || (typeof state === "string" && state !== "");
  if (!isState || !(expiresAt === null || Number.isFinite(expiresAt))) {
    refuse("machine", "a function that returns a transition: its state as text or null, and when it expires or null");
  }
  return transition;
}

/** Whether a write that the record does not name may have been applied all the same, or may still be. */
function isOpen({ before, threw }: Attempt<unknown, unknown>, record: StoredRecord): boolean {
  // Nothing has happened since, or the read is a stale one.
  if (record.nonces[0] === before.nonces[0]) return true;
  // The store's word that it did not write is good enough; its silence is not, unless every write since then is known.
  return threw && !namesEveryWriteSince(before, record);
}

async function load<Outcome, Event>(
  { store, key, owner }: RecordPlace,
  limit: TimeLimit,
  open: readonly Attempt<Outcome, Event>[],
): Promise<string | null> {
  let text: unknown;
  try {
    text = await limit.within(store.get(key, owner));
    if (text !== null && text !== undefined && typeof text !== "string") {
      throw new TypeError("get resolved with something else than text or null");
    }
  } catch (cause) {
    if (open.length > 0) throw uncertain(cause);
    throw new OtpError("store-failed", "the store failed to read", { cause });
  }
  return text ?? null;
}

/** A refusal while an acceptance of the same call may have been stored. */
function contradicts(outcome: unknown, open: readonly Attempt<unknown, unknown>[]): boolean {
  return isRefusal(outcome) && open.some(({ transition }) => !isRefusal(transition.outcome));
}

function isRefusal(outcome: unknown): boolean {
  return typeof outcome === "object" && outcome !== null && (outcome as { ok?: unknown }).ok === false;
}

function uncertain(cause: unknown): OtpError {
  return new OtpError("store-uncertain", "a write failed, and the record does not tell whether it was applied", {
    cause,
  });
}
