import type { CodeFormat } from "./code-format.ts";
import { match } from "./match.ts";

/** What a failed verification says; `reason` is for the server's log, the user is told the same for each. */
export interface Rejected<R extends string> {
  readonly ok: false;
  readonly reason: R;
}

/** A TOTP code that was right, within the window and new. */
export interface TotpAccepted {
  readonly ok: true;
  /** The time step of the code: store it and pass it as `after` from now on (RFC 6238 section 5.2). */
  readonly step: number;
  /** By how many steps the user's clock was ahead of ours: `step` less the current one. */
  readonly drift: number;
  readonly reason?: never;
}

/** A HOTP code that was right and not behind the counter. */
export interface HotpAccepted<C extends number | bigint = number> {
  readonly ok: true;
  /** One after the matched counter: store it and pass it as `counter` from now on (RFC 4226 section 7.2). */
  readonly nextCounter: C;
  readonly reason?: never;
}

/** The kind of the counter that was given; `0` is inferred as `0`, the next counter is not. */
export type CounterOf<C extends number | bigint> = C extends bigint ? bigint : number;

/** What comes of a typed TOTP code. */
export type TotpVerdict = TotpAccepted | Rejected<"malformed" | "mismatch" | "replayed">;
/** What comes of a typed HOTP code. */
export type HotpVerdict<C extends number | bigint = number> = HotpAccepted<C> | Rejected<"malformed" | "mismatch">;

// Frozen, because every call returns the same three.
export const MALFORMED: Rejected<"malformed"> = /* @__PURE__ */ Object.freeze({ ok: false, reason: "malformed" });
export const MISMATCH: Rejected<"mismatch"> = /* @__PURE__ */ Object.freeze({ ok: false, reason: "mismatch" });
export const REPLAYED: Rejected<"replayed"> = /* @__PURE__ */ Object.freeze({ ok: false, reason: "replayed" });

/** By what `match` returned: the acceptance at 0, then what NONE and STALE stand for. */
const ANSWERS: unknown[] = /* @__PURE__ */ [undefined, MISMATCH, REPLAYED];

/**
 * The acceptance is made whatever the answer is, and the answer looked up instead of branched to, so that a right code takes as long
 * as a wrong one (trap 37). In one array for all calls: a new one each would be twice what a verdict is.
 */
function answer<V>(index: number, accepted: V): V | Rejected<"mismatch" | "replayed"> {
  ANSWERS[0] = accepted;
  return ANSWERS[-index & (index >> 31)] as V;
}

/** The verdict on codes whose first candidate is at step `first`; the step of the last of them is the accepted one. */
export function judgeTotp(
  values: Int32Array,
  count: number,
  format: CodeFormat,
  typed: number | readonly number[],
  first: number,
  after: number,
  current: number,
): TotpVerdict {
  const cut = Math.min(Math.max(after - first + 1, 0), count);
  const index = match(values, count, format, typed, cut);
  const step = first + index + (typeof typed === "number" ? 0 : typed.length - 1);
  return answer(index, { ok: true, step, drift: step - current });
}

type Rest<F extends (values: Int32Array, ...rest: never) => unknown> =
  Parameters<F> extends [Int32Array, ...infer Rest] ? Rest : never;

// Functions of their own, because a closure where the values are awaited would be allocated for the synchronous kind too.
export async function judgeTotpLater(
  values: Promise<Int32Array>,
  ...rest: Rest<typeof judgeTotp>
): Promise<TotpVerdict> {
  return judgeTotp(await values, ...rest);
}

/** The verdict on codes whose first candidate is at `counter`; the next counter follows the last of them. */
export function judgeHotp(
  values: Int32Array,
  count: number,
  format: CodeFormat,
  typed: number | readonly number[],
  counter: number | bigint,
): HotpVerdict<number | bigint> {
  const index = match(values, count, format, typed, 0);
  const used = index + (typeof typed === "number" ? 1 : typed.length);
  const nextCounter = typeof counter === "bigint" ? counter + BigInt(used) : counter + used;
  return answer(index, { ok: true, nextCounter }) as HotpVerdict<number | bigint>;
}

export async function judgeHotpLater(
  values: Promise<Int32Array>,
  ...rest: Rest<typeof judgeHotp>
): Promise<HotpVerdict<number | bigint>> {
  return judgeHotp(await values, ...rest);
}
