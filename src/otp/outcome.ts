// The answers of a verification: matches, outcomes with a reason, and how the number that a search returns becomes one of them.

/** The step of an accepted TOTP code. */
export interface TotpMatch {
  /** The step of the code. Store it, and pass it as `after` from now on (RFC 6238 section 5.2). */
  readonly step: number;
  /** By how many steps the user's clock is ahead. Negative: behind. */
  readonly drift: number;
}

/** The counter after an accepted HOTP code. */
export interface HotpMatch<C extends number | bigint = number> {
  /** The counter after the matched one. Store it, and pass it as `counter` from now on (RFC 4226 section 7.2). */
  readonly nextCounter: C;
}

/** A refusal. Show the user the same text for every reason; the reason is for your log. */
export interface Rejected<Reason extends string> {
  readonly ok: false;
  readonly reason: Reason;
}

/** What `attemptTotp` returns. Test `ok`: the outcome itself is always truthy. */
export type TotpOutcome = ({ readonly ok: true } & TotpMatch) | Rejected<"malformed" | "mismatch" | "replayed">;

/** What `attemptHotp` returns. Test `ok`: the outcome itself is always truthy. */
export type HotpOutcome<C extends number | bigint = number> =
  | ({ readonly ok: true } & HotpMatch<C>)
  | Rejected<"malformed" | "mismatch">;

/** The type of a counter that was given as `C`: `0` becomes `number`, `0n` becomes `bigint`. */
export type CounterOf<C extends number | bigint> = C extends bigint ? bigint : number;

/** A refusal that every call returns. It is frozen, because callers share it. */
export function rejected<Reason extends string>(reason: Reason): Rejected<Reason> {
  return Object.freeze({ ok: false, reason });
}

// By the result of a search, negated: 0 is a match, which is written there before the answer is read. Then NONE, STALE, MALFORMED.
const MATCHES: unknown[] = /* @__PURE__ */ [undefined, null, null, null];
const OUTCOMES: unknown[] = /* @__PURE__ */ [
  undefined,
  /* @__PURE__ */ rejected("mismatch"),
  /* @__PURE__ */ rejected("replayed"),
  /* @__PURE__ */ rejected("malformed"),
];

// `index` is the result of a search, `first` the step or counter of its first candidate, and `current` the current step. The match is
// made in every case, and the answer is looked up instead of branched to, so that a valid code takes as long as a wrong one. The
// tables are shared by all calls, because a new table would allocate twice what a match takes.

export function totpMatch(index: number, first: number, current: number): TotpMatch | null {
  MATCHES[0] = { step: first + index, drift: first + index - current };
  return MATCHES[-index & (index >> 31)] as TotpMatch | null;
}

export function totpOutcome(index: number, first: number, current: number): TotpOutcome {
  OUTCOMES[0] = { ok: true, step: first + index, drift: first + index - current };
  return OUTCOMES[-index & (index >> 31)] as TotpOutcome;
}

export function hotpMatch(index: number, first: number | bigint): HotpMatch<number | bigint> | null {
  MATCHES[0] = { nextCounter: nextCounter(index, first) };
  return MATCHES[-index & (index >> 31)] as HotpMatch<number | bigint> | null;
}

export function hotpOutcome(index: number, first: number | bigint): HotpOutcome<number | bigint> {
  OUTCOMES[0] = { ok: true, nextCounter: nextCounter(index, first) };
  return OUTCOMES[-index & (index >> 31)] as HotpOutcome<number | bigint>;
}

/** The same for an `AsyncSigner`. */
export async function answerLater<First, T>(
  index: Promise<number>,
  first: First,
  current: number,
  answer: (index: number, first: First, current: number) => T,
): Promise<T> {
  return answer(await index, first, current);
}

function nextCounter(index: number, first: number | bigint): number | bigint {
  return typeof first === "bigint" ? first + BigInt(index + 1) : first + index + 1;
}
