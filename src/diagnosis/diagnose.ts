import { checkInteger, checkOptions, type Options } from "../check.ts";
import type { TotpKey } from "../key/key.ts";
import { stepAt, type TimeOptions } from "../otp/counter.ts";
import { WINDOW } from "../otp/options.ts";
import { nearestStep } from "./nearest-step.ts";
import { completeKey, type KeyDifference, type KnownKey, parameterVariants, secretReadings } from "./variants.ts";

/** The options of `diagnose`. */
export interface DiagnoseOptions extends TimeOptions {
  /** How many steps on either side of the current one are searched: 0 to 3000. Default: 120. */
  readonly steps?: number | undefined;
}

/** Why a code is not accepted. Never an acceptance: use it for a support desk, on the server, behind a login. */
export type Diagnosis =
  /** The code is valid now. If it was refused, it was used before or the attempt had to wait. */
  | { readonly cause: "none" }
  /** The code is valid at another moment. Positive: the user's clock is ahead. */
  | { readonly cause: "clock"; readonly drift: number; readonly driftMs: number }
  /** The app ignores these parameters. `key` is what the app uses. */
  | {
      readonly cause: "parameters";
      readonly differs: readonly KeyDifference[];
      readonly drift: number;
      readonly key: TotpKey;
    }
  /** The secret was imported as text or as hexadecimal instead of base32. */
  | { readonly cause: "encoding"; readonly encoding: "ascii" | "hex"; readonly drift: number };

const OPTIONS: Options<DiagnoseOptions> = { now: true, steps: true };
const STEPS = { max: 3000, default: 120 };

/**
 * Says why the code of a TOTP key is not accepted, or `null` if nothing fits. It never accepts a code: use it for a support desk, on
 * the server, behind a login, and count each call as a failed attempt. It compares a code with thousands of candidates, so a random
 * code fits something by chance more often than in a log-in.
 *
 * @param key - its secret must be text or bytes.
 * @param code - what the user typed, of any type. White space and dashes are ignored.
 *
 * @example
 * ```ts
 * import { diagnose, totp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * const code = totp(key, { now: 59_000 });
 * console.log(diagnose(key, code, { now: 359_000 })); // { cause: 'clock', drift: -10, driftMs: -300000 }
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`.
 */
export function diagnose(key: KnownKey, code: unknown, options: DiagnoseOptions = {}): Diagnosis | null {
  checkOptions(options, OPTIONS);
  const { steps = STEPS.default } = options;
  checkInteger(steps, "steps", 0, STEPS.max);
  const own = completeKey(key);
  stepAt(own, options);
  if (typeof code !== "string") return null;
  // Of all that fits, the simplest explanation: near steps before far ones, then few differences before many.
  return findFits(own, code, options, steps).sort((a, b) => a.rank - b.rank)[0]?.diagnosis ?? null;
}

interface Fit {
  readonly rank: number;
  readonly diagnosis: Diagnosis;
}

/** Higher than the number of differences. */
const ENCODING_RANK = 4;
const FAR_RANK = 10;

function findFits(
  own: TotpKey & { readonly period: number },
  code: string,
  options: TimeOptions,
  steps: number,
): Fit[] {
  const time = { now: options.now };
  const fits: Fit[] = [];
  const isNear = (drift: number) => Math.abs(drift) <= WINDOW.default;
  for (const { key, differs } of parameterVariants(own, code)) {
    const found = nearestStep(key, code, time, steps);
    if (found === null) continue;
    const { drift } = found;
    const rank = differs.length + (isNear(drift) ? 0 : FAR_RANK);
    if (differs.length > 0) fits.push({ rank, diagnosis: { cause: "parameters", differs, drift, key } });
    else if (isNear(drift)) fits.push({ rank, diagnosis: { cause: "none" } });
    else fits.push({ rank, diagnosis: { cause: "clock", drift, driftMs: drift * own.period * 1000 } });
  }
  for (const { encoding, secret } of secretReadings(own)) {
    const found = nearestStep({ ...own, secret }, code, time, steps);
    if (found === null) continue;
    const { drift } = found;
    const rank = ENCODING_RANK + (isNear(drift) ? 0 : FAR_RANK);
    fits.push({ rank, diagnosis: { cause: "encoding", encoding, drift } });
  }
  return fits;
}
