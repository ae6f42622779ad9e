import { checkOptions, type Options } from "../check.ts";
import type { MatchOrNull, Secret } from "../hmac/signer.ts";
import { checkHotpKey, checkKey, type HotpParameters, signerOf, type TotpParameters } from "../key/key.ts";
import { answerUnsigned } from "./candidates.ts";
import { type CodeFormat, formatOf } from "./code-format.ts";
import { countersFrom, stepAt } from "./counter.ts";
import {
  type Codes,
  checkAfter,
  checkHotpOptions,
  minSecretBytesOf,
  RESYNC_LOOK_AHEAD,
  RESYNC_WINDOW,
  type ResyncHotpOptions,
  type ResyncTotpOptions,
  windowSide,
} from "./options.ts";
import { answerLater, type CounterOf, type HotpMatch, hotpMatch, type TotpMatch, totpMatch } from "./outcome.ts";
import { searchRange } from "./search.ts";

const TOTP_OPTIONS: Options<ResyncTotpOptions> = { after: true, now: true, window: true, minSecretBytes: true };

/**
 * Finds a clock that is far off by two or more consecutive codes (RFC 6238 section 6). Call it only on the user's request and after
 * another proof of identity, never automatically: it compares each code with many candidates.
 *
 * Store the `step` of the match as `after`, and pass its `drift` to `verifyTotp` from then on.
 *
 * @param codes - 2 to 10 consecutive codes, as the user typed them.
 * @param options - `after`: also the first code must be of a later step.
 * @returns the match of the last code, or `null`; a promise of it if the key has an `AsyncSigner`.
 *
 * @example
 * ```ts
 * import { resyncTotp, totp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * const late = [totp(key, { now: 59_000 }), totp(key, { now: 89_000 })] as const;
 * console.log(resyncTotp(key, late, { after: null, now: 689_000 })); // { step: 2, drift: -20 }
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`, `weak-secret`; `signer-failed` if the signer of the key failed.
 */
export function resyncTotp<S extends Secret>(
  key: TotpParameters<S>,
  codes: Codes,
  options: ResyncTotpOptions,
): MatchOrNull<S, TotpMatch> {
  return findStep(key, codes, options) as MatchOrNull<S, TotpMatch>;
}

function findStep(key: TotpParameters<Secret>, codes: Codes, options: ResyncTotpOptions) {
  checkKey(key, "totp");
  checkOptions(options, TOTP_OPTIONS);
  const after = checkAfter(options.after);
  const past = windowSide(options.window, "past", RESYNC_WINDOW);
  const future = windowSide(options.window, "future", RESYNC_WINDOW);
  const format = formatOf(key);
  const current = stepAt(key, options);
  const signer = signerOf(key, minSecretBytesOf(options));

  const typed = readCodes(codes, format);
  if (typed === null) return answerUnsigned(signer, null);
  // The window is for the last code. There are no steps below 0.
  const first = Math.max(0, current - past - (typed.length - 1));
  const index = searchRange(signer, format, typed, first, current + future - first + 1, after - first + 1, true);
  return typeof index === "number" ? totpMatch(index, first, current) : answerLater(index, first, current, totpMatch);
}

/**
 * Finds a counter that is far ahead by two or more consecutive codes (RFC 4226 section 7.4). Call it only on the user's request and
 * after another proof of identity, never automatically: it compares each code with many candidates.
 *
 * @param codes - 2 to 10 consecutive codes, as the user typed them.
 * @param options - `lookAhead`: how far beyond `counter` the first code is searched, 0 to 3000. Default: 100.
 * @returns the match of the last code, or `null`; a promise of it if the key has an `AsyncSigner`.
 *
 * @example
 * ```ts
 * import { hotp, resyncHotp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * console.log(resyncHotp(key, [hotp(key, 70), hotp(key, 71)], { counter: 3 })); // { nextCounter: 72 }
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`, `weak-secret`; `signer-failed` if the signer of the key failed.
 */
export function resyncHotp<S extends Secret, C extends number | bigint>(
  key: HotpParameters<S>,
  codes: Codes,
  options: ResyncHotpOptions<C>,
): MatchOrNull<S, HotpMatch<CounterOf<C>>> {
  return findNextCounter(key, codes, options) as MatchOrNull<S, HotpMatch<CounterOf<C>>>;
}

function findNextCounter(key: HotpParameters<Secret>, codes: Codes, options: ResyncHotpOptions<number | bigint>) {
  checkHotpKey(key);
  const lookAhead = checkHotpOptions(options, RESYNC_LOOK_AHEAD);
  const { counter } = options;
  const format = formatOf(key);
  const signer = signerOf(key, minSecretBytesOf(options));

  const typed = readCodes(codes, format);
  if (typed === null) return answerUnsigned(signer, null);
  const count = countersFrom(counter, lookAhead + typed.length);
  const index = searchRange(signer, format, typed, counter, count, 0, false);
  return typeof index === "number" ? hotpMatch(index, counter) : answerLater(index, counter, 0, hotpMatch);
}

/** More codes make no search safer, and a user does not type more. */
const MAX_CODES = 10;

/** The codes as numbers, or `null` if one of them is not a code or if there are too few or too many of them. Never throws. */
export function readCodes(codes: unknown, format: CodeFormat): readonly number[] | null {
  try {
    if (!Array.isArray(codes) || codes.length < 2 || codes.length > MAX_CODES) return null;
    // By index, because the length was checked. An iterator may return more.
    const typed = Array.from({ length: codes.length }, (_, i) => format.read(codes[i]));
    return typed.includes(-1) ? null : typed;
  } catch {
    // An element may be a getter that throws.
    return null;
  }
}
