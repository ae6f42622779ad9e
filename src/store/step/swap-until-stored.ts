// The loop of one step: read, decide, swap, until a swap is confirmed.
import { refuse } from "../../check.ts";
import { OtpError } from "../../errors.ts";
import { failedToRead, failedToWrite, refusedByStore, uncertain } from "../store-error.ts";
import {
  freshNonce,
  namesEveryWriteSince,
  namesWrite,
  newestNonce,
  readRecord,
  type StoredRecord,
  writeRecord,
} from "./envelope.ts";
import type { Machine, RecordPlace, Transition } from "./machine.ts";
import { pause, type TimeLimit, TimeUp } from "./time-limit.ts";

const MAX_ROUNDS = 32;
/** A store that throws this often in one call is broken and not busy. */
const MAX_ERRORS = 3;
/** From this round on there is a pause first: a call that lost three races is one of many. */
const FIRST_PAUSE = 3;

/** A write that was not answered with `true`. */
interface Attempt<Outcome, Event> {
  readonly nonce: string;
  /** What the machine decided on. For a confirmation: what the write that it confirms was decided on. */
  readonly before: StoredRecord;
  readonly transition: Transition<Outcome, Event>;
  readonly expiresAt: number | null;
  /** The store threw, or a read named the write although the store had said `false`: a client may have sent it twice. */
  isUnknown: boolean;
}

/** Most calls need no list. Nothing is ever added to this one. */
const NONE: never[] = [];

/**
 * Reads the record, lets the machine decide and swaps, until a swap has answered `true`.
 *
 * **A read is not a confirmation.** The record may show a write of ours that a failover still drops. So when a swap did not answer
 * `true` and a later read names it, the state just read is written once more under a fresh nonce, and only a `true` for that is
 * an answer, for refusals too: a counted guess that is dropped would be a free one. Writing the state of the earlier write
 * instead would undo what others have written since.
 *
 * @param always - writes even if the state stays equal.
 */
export async function swapUntilStored<Outcome, Event>(
  { store, key, owner }: RecordPlace,
  machine: Machine<Outcome, Event>,
  limit: TimeLimit,
  always: boolean,
): Promise<Transition<Outcome, Event>> {
  // The newest first.
  let attempts: Attempt<Outcome, Event>[] = NONE;
  // The attempts that may have been applied. An acceptance among them must not be contradicted.
  let open: Attempt<Outcome, Event>[] = NONE;
  let errors: unknown[] = NONE;
  let first: string | null | undefined;
  let hasChanged = false;
  let own: Attempt<Outcome, Event> | undefined;
  for (let round = 0; ; round++) {
    if (round >= FIRST_PAUSE) await limit.within(pause(round - FIRST_PAUSE), "the store").catch(() => {});
    if (limit.isOver) break;

    let text: string | null;
    try {
      text = textOf(await limit.within(store.get(key, owner), "the store"));
    } catch (cause) {
      throw open.length > 0 ? uncertain(cause) : failedToRead(cause);
    }
    const record = readRecord(text);
    if (round === 0) first = text;
    else if (text !== first) hasChanged = true;
    if (attempts.length > 0) {
      own = findNamed(attempts, record);
      if (own !== undefined) own.isUnknown = true;
      open = withoutRefuted(open, record);
    }
    if (round === MAX_ROUNDS || errors.length === MAX_ERRORS) break;

    let transition: Transition<Outcome, Event>;
    if (own !== undefined) ({ transition } = own);
    else {
      try {
        const decided = machine(record.state);
        transition = checkTransition(isPromise(decided) ? await limit.within(decided, "the signer") : decided);
      } catch (cause) {
        throw failureOfMachine(cause, open);
      }
      if (transition.state === record.state && !always) {
        if (contradicts(transition.outcome, open)) throw uncertain(errors[0]);
        return transition;
      }
      // The machine may have taken all the time, and no write begins after the deadline.
      if (limit.isOver) break;
    }

    const nonce = freshNonce();
    const before = own?.before ?? record;
    const next = writeRecord(record, nonce, own === undefined ? transition.state : record.state);
    // The expiry of a record that another call or a machine wrote last is not known. Such a record is kept until the next write.
    let { expiresAt } = own ?? transition;
    const isOwn = own?.nonce === newestNonce(record) && own.transition.state === record.state;
    if (own !== undefined && !isOwn) expiresAt = null;
    let swapped: unknown;
    try {
      swapped = await limit.within(store.swap(key, text, next, expiresAt, owner), "the store");
      if (typeof swapped !== "boolean") throw new TypeError("swap resolved to neither true nor false");
    } catch (cause) {
      errors = [...errors, cause];
    }
    if (swapped === true) {
      // Of the writes that expect one record only one can be applied.
      if (open.length > 0 && contradicts(transition.outcome, withoutRivals(open, before))) throw uncertain(errors[0]);
      return transition;
    }
    const attempt = { nonce, before, transition, expiresAt, isUnknown: swapped !== false };
    attempts = [attempt, ...attempts];
    open = [...open, attempt];
  }
  if (own !== undefined) throw uncertain(errors[0]);
  if (attempts.length > FIRST_PAUSE && errors.length === 0 && !hasChanged) throw refusedByStore();
  throw failureOf(open, errors, limit);
}

// Functions of their own, because an async function with a closure in its loop allocates more for every round than the rest of it.

/** The newest of the writes that the record names. */
function findNamed<Outcome, Event>(attempts: readonly Attempt<Outcome, Event>[], record: StoredRecord) {
  return attempts.find(({ nonce }) => namesWrite(record, nonce));
}

function withoutRefuted<Outcome, Event>(open: readonly Attempt<Outcome, Event>[], record: StoredRecord) {
  return open.filter((attempt) => mayBeApplied(attempt, record));
}

/** Without the writes that expected the same record as the one that was applied. */
function withoutRivals<Outcome, Event>(open: readonly Attempt<Outcome, Event>[], before: StoredRecord) {
  return open.filter((attempt) => newestNonce(attempt.before) !== newestNonce(before));
}

/** What a store read. */
export function textOf(found: unknown): string | null {
  if (found !== null && found !== undefined && typeof found !== "string") {
    throw new TypeError("get resolved to something else than text or null");
  }
  return found ?? null;
}

/** Checks what a machine returned. A state that is not text would be read back as another one. */
function checkTransition<Outcome, Event>(transition: Transition<Outcome, Event>): Transition<Outcome, Event> {
  const { state, expiresAt } = (transition ?? {}) as Partial<Transition<Outcome, Event>>;
  const isState = state === null || (typeof state === "string" && state !== "");
  if (!isState || !(expiresAt === null || Number.isFinite(expiresAt))) {
    refuse("machine", "a function that returns a transition: its state as text or null, and when it expires or null");
  }
  return transition;
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}

/** True when a write is applied according to the record, or may have been applied all the same, or may still be. */
function mayBeApplied({ nonce, before, isUnknown }: Attempt<unknown, unknown>, record: StoredRecord): boolean {
  if (namesWrite(record, nonce)) return true;
  // Nothing has happened since, or the read is a stale one. A machine writes another state under the same nonces.
  if (newestNonce(record) === newestNonce(before) && (isUnknown || record.state === before.state)) return true;
  // A store that says false is believed. A store that says nothing is not, unless every write since then is known.
  return isUnknown && !namesEveryWriteSince(before, record);
}

/** A refusal, while an acceptance of the same call may have been stored. */
function contradicts(outcome: unknown, open: readonly Attempt<unknown, unknown>[]): boolean {
  return isRefusal(outcome) && open.some(({ transition }) => !isRefusal(transition.outcome));
}

/** The three ways in which a machine says no: `null`, `false`, and an outcome with `ok: false`. */
function isRefusal(outcome: unknown): boolean {
  if (outcome === null || outcome === false) return true;
  return typeof outcome === "object" && (outcome as { ok?: unknown }).ok === false;
}

function failureOfMachine(cause: unknown, open: readonly unknown[]): unknown {
  if (open.length > 0) return uncertain(cause);
  return cause instanceof TimeUp ? new OtpError("signer-failed", cause.message, { cause }) : cause;
}

/** The error of a call that got no answer. */
function failureOf(open: readonly Attempt<unknown, unknown>[], errors: readonly unknown[], limit: TimeLimit): OtpError {
  const [cause] = errors;
  if (open.some(({ transition }) => !isRefusal(transition.outcome))) return uncertain(cause);
  if (errors.length > 0) return failedToWrite(cause);
  const when = limit.isOver ? `within ${limit.ms} ms` : `in ${MAX_ROUNDS} rounds`;
  return new OtpError("store-contention", `the store let no write through ${when}`);
}
