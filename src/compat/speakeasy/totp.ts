// speakeasy's codes of a moment.
import { refuse } from "../../check.ts";
import { checkWindow } from "../code.ts";
import { UnguardedCalls, type UnguardedListener } from "../unguarded.ts";
import { findCode, generate } from "./hotp.ts";
import { checkObject, integerOf, numberOf, type TotpOptions, type Unchecked, type VerifyOptions } from "./options.ts";

/** speakeasy's `totp`. */
export interface Totp {
  /** The code of `time`. */
  (options: TotpOptions): string;
  /**
   * Whether the code belongs to one of the steps from `window` before to `window` after `time`. Nothing remembers that the code was
   * used. The listener of {@link onUnguarded} is called once for each calling line.
   */
  verify(options: TotpOptions & VerifyOptions): boolean;
  /** How many steps the code is away from `time`. */
  verifyDelta(options: TotpOptions & VerifyOptions): { readonly delta: number } | undefined;
}

const unguarded = /* @__PURE__ */ new UnguardedCalls();

/**
 * Calls the listener once for each line of the program that verifies a TOTP code without anything that remembers it. There a code can
 * be used twice. Replace these lines with a guard or an account.
 *
 * @param listener - `null` stops it.
 *
 * @example
 * ```ts
 * import speakeasy from "otp-core/compat/speakeasy";
 *
 * speakeasy.onUnguarded(({ call }) => console.log(call)); // totp.verify
 * speakeasy.totp.verify({ secret: "12345678901234567890", token: "123456" });
 * speakeasy.onUnguarded(null);
 * ```
 */
export function onUnguarded(listener: UnguardedListener | null): void {
  if (typeof listener !== "function" && listener !== null) refuse("listener", "a function or null");
  unguarded.listen(listener);
}

/**
 * Codes of a moment (RFC 6238), with speakeasy's options. Use it to leave speakeasy without a change of your program, and replace
 * `verify` with `otp-core/account` or `otp-core/guard` afterwards.
 *
 * @example
 * ```ts
 * import { totp } from "otp-core/compat/speakeasy";
 *
 * const options = { secret: "12345678901234567890", time: 59 };
 * console.log(totp(options)); // 287082
 * console.log(totp.verifyDelta({ ...options, time: 90, token: "287082", window: 2 })); // { delta: -2 }
 * console.log(totp.verify({ ...options, token: "no code" })); // false
 * ```
 */
export const totp: Totp = /* @__PURE__ */ Object.assign((options: TotpOptions) => generateNow(checkObject(options)), {
  verify,
  verifyDelta,
});

function verify(options: TotpOptions & VerifyOptions): boolean {
  unguarded.report("totp.verify", verify);
  return verifyAround(checkObject(options)) !== undefined;
}

function verifyDelta(options: TotpOptions & VerifyOptions): { readonly delta: number } | undefined {
  unguarded.report("totp.verifyDelta", verifyDelta);
  return verifyAround(checkObject(options));
}

function generateNow(options: Unchecked): string {
  return generate({ ...allOf(options), counter: stepOf(options) });
}

function verifyAround(options: Unchecked): { readonly delta: number } | undefined {
  const window = checkWindow(integerOf(options.window, "window"));
  const step = Math.trunc(stepOf(options));
  const index = findCode(options, step - window, 2 * window + 1);
  return index === null ? undefined : { delta: index - window };
}

/** Options may be inherited, as in speakeasy. */
function allOf(options: Unchecked): Unchecked {
  const { secret, key, encoding, algorithm, digits, length, digest } = options;
  return { secret, key, encoding, algorithm, digits, length, digest };
}

/** The counter of the moment. The order of the operations is speakeasy's, because of rounding. */
function stepOf(options: Unchecked): number {
  const counter = numberOf(options.counter, "counter");
  if (counter !== undefined) return counter;
  const step = numberOf(options.step, "step") || 30;
  const seconds = numberOf(options.time, "time");
  const now = seconds === undefined ? Date.now() : seconds * 1000;
  const epoch = (numberOf(options.epoch, "epoch") ?? numberOf(options.initial_time, "initial_time") ?? 0) * 1000;
  const found = Math.floor((now - epoch) / step / 1000);
  if (!Number.isFinite(found)) refuse("time", "a number of seconds");
  return found;
}
