// The waits that DESIGN's chapter "Guard" asks for, which codes that are sent share with the factors.

export interface ModelBackoff {
  readonly freeFailures: number;
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  readonly disableAfter: number;
}

/** How long so many failures in a row have to be waited for; null: for ever. */
export function modelWait(policy: ModelBackoff, failures: number): number | null {
  const { freeFailures, firstWaitMs, maxWaitMs, disableAfter } = policy;
  if (failures >= disableAfter) return null;
  let wait = failures > freeFailures ? firstWaitMs : 0;
  for (let i = freeFailures + 1; i < failures; i++) wait = Math.min(wait * 2, maxWaitMs);
  return wait;
}
