// The part that sent codes are: the codes of one subject and purpose, without the attempts. Accounts use it too.
import { MAX_CLOCK_SKEW_MS, wentBack } from "../attempts/leaky-bucket.ts";
import { isDigest, isFingerprint } from "../attempts/pepper.ts";
import { type Field, isMoment, isWhole, numberField, textField } from "../store/state-text.ts";
import { isNonce } from "../store/step/envelope.ts";
import { type Transaction, transactionText } from "../transaction/transaction.ts";
import { MAX_REMEMBERED, MAX_SENDS, MAX_TRIES, MAX_TTL_MS } from "./policy.ts";

/**
 * `open`: it is accepted until it expires. `used`: it was accepted. `superseded`: newer codes took its place, or another code was
 * accepted.
 */
export type SentCodeState = "open" | "used" | "superseded";

/** A code that was sent, as far as a store may know it. Moments are milliseconds since 1970. */
export interface SentCode {
  readonly nonce: string;
  /** Of the pepper under which the digests were made. */
  readonly fingerprint: string;
  readonly digest: string;
  /** Of the context and of the transaction. `null`: there is none, or it does not matter any more. */
  readonly context: string | null;
  readonly transaction: string | null;
  readonly sentAt: number;
  readonly expiresAt: number;
  /** Wrong codes since it was sent. */
  readonly tries: number;
  readonly state: SentCodeState;
  /** No channel resolved. It may have arrived all the same. */
  readonly unconfirmed: boolean;
}

/** The codes of one subject and purpose. */
export interface SentCodes {
  /** The newest first. */
  readonly codes: readonly SentCode[];
  /** When the last codes were sent, the newest first. It outlives the codes, so that `forget` allows no more sends. */
  readonly sends: readonly number[];
  /** When the moments of `sends` were moved back last, because the clock went back. */
  readonly movedAt: number | null;
}

export const NO_SENT_CODES: SentCodes = { codes: [], sends: [], movedAt: null };

/** How long a code is remembered: longer than any code lives. */
const REMEMBERED_MS = MAX_TTL_MS;

/** The codes as the clock of this server sees them: old ones are gone, and sends far ahead are now, because the clock went back. */
export function sentCodesAt(before: SentCodes, now: number): SentCodes {
  const { sends, movedAt } = before;
  const codes = before.codes.filter(({ sentAt }) => now < sentAt + REMEMBERED_MS);
  if (wentBack(sends[0] ?? 0, movedAt, now)) {
    // A code from the future could live for hours more than it was sent for.
    return { codes: [], sends: sends.map((at) => Math.min(at, now)), movedAt: now };
  }
  return { ...before, codes };
}

/** Why a code cannot be accepted any more. `null`: it can. */
export function whyDead(code: SentCode, triesPerCode: number, now: number): "ended" | "exhausted" | "expired" | null {
  if (code.state !== "open") return "ended";
  if (code.tries >= triesPerCode) return "exhausted";
  return now >= code.expiresAt || code.sentAt - now > MAX_CLOCK_SKEW_MS ? "expired" : null;
}

/** What stays of a code that is not accepted any more. */
export function supersede(code: SentCode): SentCode {
  return { ...code, context: null, transaction: null, state: "superseded" };
}

// ---- digests

/** What a code is bound to, checked. */
export interface CheckedBinding {
  readonly subject: string;
  readonly purpose: string;
  readonly context: string | null;
  readonly transaction: Transaction | null;
}

export function codeParts({ subject, purpose }: CheckedBinding, nonce: string, code: string): readonly string[] {
  return ["sent-code/1", purpose, subject, nonce, code];
}

export function contextParts({ subject, purpose }: CheckedBinding, nonce: string, context: string): readonly string[] {
  return ["sent-code-context/1", purpose, subject, nonce, context];
}

export function transactionParts({ subject, purpose }: CheckedBinding, nonce: string, transaction: Transaction) {
  return ["sent-code-transaction/1", purpose, subject, nonce, transactionText(transaction)];
}

// ---- text

/** How many fields of a state sent codes take. */
export const SENT_CODE_FIELDS = 3;

const STATES: readonly SentCodeState[] = ["open", "used", "superseded"];

export function sentCodeFields({ codes, sends, movedAt }: SentCodes): Field[] {
  return [codes.map(writeCode).join(" ") || null, sends.join(" ") || null, movedAt];
}

/**
 * Reads sent codes from the fields of a state, of which they are those from `first` on. The caller compares the text of the result
 * with the text that it came from.
 */
export function readSentCodeFields(fields: readonly string[], first: number): SentCodes {
  const codes = textField(fields[first]);
  const sends = textField(fields[first + 1]);
  return {
    codes: codes === null ? [] : codes.split(" ").map(readCode),
    sends: sends === null ? [] : sends.split(" ").map(Number),
    movedAt: numberField(fields[first + 2]),
  };
}

function writeCode(code: SentCode): string {
  const { nonce, fingerprint, digest, context, transaction, sentAt, expiresAt, tries, state, unconfirmed } = code;
  const flags = `${STATES.indexOf(state)}${Number(unconfirmed)}`;
  return [nonce, fingerprint, digest, context ?? "", transaction ?? "", sentAt, expiresAt, tries, flags].join(":");
}

function readCode(text: string): SentCode {
  const [nonce = "", fingerprint = "", digest = "", context, transaction, sentAt, expiresAt, tries, flags = ""] =
    text.split(":");
  return {
    nonce,
    fingerprint,
    digest,
    context: context || null,
    transaction: transaction || null,
    sentAt: Number(sentAt),
    expiresAt: Number(expiresAt),
    tries: Number(tries),
    state: STATES[Number(flags.charAt(0))] ?? "superseded",
    unconfirmed: flags.charAt(1) === "1",
  };
}

/** Whether the decisions can have led here. A number that no decision writes could be worth guesses or used codes. */
export function areSentCodesPossible({ codes, sends, movedAt }: SentCodes): boolean {
  if (codes.length > MAX_REMEMBERED || sends.length > MAX_SENDS || !isMoment(movedAt)) return false;
  return codes.every(isPossible) && sends.every((at, i) => isWhole(at, 0, sends[i - 1] ?? at));
}

function isPossible({ nonce, fingerprint, digest, context, transaction, ...code }: SentCode): boolean {
  return (
    isNonce(nonce) &&
    isFingerprint(fingerprint) &&
    [digest, context, transaction].every((value) => value === null || isDigest(value)) &&
    isWhole(code.sentAt, 0, Number.MAX_SAFE_INTEGER) &&
    isWhole(code.expiresAt, code.sentAt, code.sentAt + MAX_TTL_MS) &&
    isWhole(code.tries, 0, MAX_TRIES)
  );
}
