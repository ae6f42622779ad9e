// How a guard follows the clock of an authenticator (RFC 6238 section 6).

import { MAX_DRIFT } from "../otp/options.ts";
import type { CheckedSearchPolicy } from "./policy.ts";
import type { TotpPosition } from "./position.ts";

/** By how many steps the user's clock is ahead, and by how many at the last resync. */
export type Drift = Pick<TotpPosition, "drift" | "resyncDrift">;

const NO_DRIFT: Drift = { drift: 0, resyncDrift: 0 };

/** The drift of a position, in steps of the key's period now. */
export function driftOf(period: number, position: TotpPosition | null): Drift {
  if (position === null) return NO_DRIFT;
  const convert = (steps: number) => limitDrift(Math.round((steps * position.period) / period));
  return { drift: convert(position.drift), resyncDrift: convert(position.resyncDrift) };
}

/**
 * The drift after a success. `seen` is by how many steps the clock was ahead this time. A code that was found around zero and not
 * around the drift shows that the user has set the clock right. With `learnDrift` the drift then moves by one step towards what was
 * seen: towards zero always, and otherwise as far as the policy allows since the last resync.
 */
export function followDrift({ window, maxLearntDrift }: CheckedSearchPolicy, before: Drift, seen: number): Drift {
  const around = seen >= before.drift - window.past && seen <= before.drift + window.future;
  const { drift, resyncDrift } = around ? before : NO_DRIFT;
  const next = limitDrift(drift + Math.sign(seen - drift));
  const allowed = Math.abs(next - resyncDrift) <= maxLearntDrift || Math.abs(next) < Math.abs(drift);
  if (maxLearntDrift === 0 || !allowed) return { drift, resyncDrift };
  return { drift: next, resyncDrift: next === 0 ? 0 : resyncDrift };
}

function limitDrift(steps: number): number {
  return Math.max(-MAX_DRIFT, Math.min(steps, MAX_DRIFT));
}
