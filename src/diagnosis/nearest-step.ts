import type { SyncSecret } from "../hmac/signer.ts";
import { signerOf, type TotpParameters } from "../key/key.ts";
import { computeValues } from "../otp/candidates.ts";
import { formatOf } from "../otp/code-format.ts";
import { stepAt, type TimeOptions } from "../otp/counter.ts";

/** Where a code was found: its step, and by how many steps the user's clock is ahead. */
export interface FoundStep {
  readonly step: number;
  readonly drift: number;
}

/** The step with this code that is nearest to the current one, at most `reach` steps away. All of them are computed. */
export function nearestStep(
  key: TotpParameters<SyncSecret>,
  code: string,
  options: TimeOptions,
  reach: number,
): FoundStep | null {
  const format = formatOf(key);
  const typed = format.read(code);
  if (typed < 0) return null;
  const current = stepAt(key, options);
  const first = Math.max(0, current - reach);
  // The secret is text or bytes, so the values are not a promise.
  const values = computeValues(signerOf(key), first, current + reach - first + 1) as Int32Array;
  let nearest: FoundStep | null = null;
  for (let step = first; step <= current + reach; step++) {
    if (format.reduce(values[step - first] as number) !== typed) continue;
    const drift = step - current;
    if (nearest === null || Math.abs(drift) < Math.abs(nearest.drift)) nearest = { step, drift };
  }
  return nearest;
}
