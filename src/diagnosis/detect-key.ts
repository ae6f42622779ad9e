import type { TotpKey } from "../key/key.ts";
import { checkTimeOptions, stepAt, type TimeOptions } from "../otp/counter.ts";
import { WINDOW } from "../otp/options.ts";
import { nearestStep } from "./nearest-step.ts";
import { completeKey, type KeyDifference, type KnownKey, parameterVariants } from "./variants.ts";

/** The key that an app uses, found by its first code. */
export interface DetectedKey {
  /** The key that the app really uses. */
  readonly key: TotpKey;
  /** Which parameters the app ignored. Empty: none. */
  readonly differs: readonly KeyDifference[];
  /** The step of the code: pass it as `after` from now on. */
  readonly step: number;
}

/**
 * Finds the key that an app really uses by its first code, at enrolment, or `null`. Some apps ignore `algorithm`, `digits` or
 * `period`: store the key that was found instead of the one that was offered. One step on either side is searched.
 *
 * Never call it at a log-in: it compares a code with more candidates than a verification.
 *
 * @param key - the key that was offered. Its secret must be text or bytes.
 * @param code - what the user typed, of any type. White space and dashes are ignored.
 *
 * @example
 * ```ts
 * import { detectKey, totp } from "otp-core";
 *
 * const offered = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", algorithm: "SHA256" } as const;
 * const code = totp({ secret: offered.secret }, { now: 59_000 }); // an app that ignores `algorithm`
 * const found = detectKey(offered, code, { now: 59_000 });
 * console.log(found?.key.algorithm, found?.differs, found?.step); // SHA1 [ 'algorithm' ] 1
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`.
 */
export function detectKey(key: KnownKey, code: unknown, options: TimeOptions = {}): DetectedKey | null {
  checkTimeOptions(options);
  const own = completeKey(key);
  stepAt(own, options);
  if (typeof code !== "string") return null;
  let best: DetectedKey | null = null;
  for (const { key, differs } of parameterVariants(own, code)) {
    const found = nearestStep(key, code, options, WINDOW.default);
    if (found === null) continue;
    // The fewest differences are the simplest explanation.
    if (best === null || differs.length < best.differs.length) best = { key, differs, step: found.step };
  }
  return best;
}
