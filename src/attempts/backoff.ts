import { checkInteger, checkOptions } from "../check.ts";

/** How failures in a row are answered. The defaults are those of NIST SP 800-63B section 3.2.2: 30 s to 1 h, 100 failures. */
export interface Backoff {
  /** Failures that cost no wait: 0 to 99, and 4 unless told. */
  readonly freeFailures?: number | undefined;
  /** The wait after the first one that does: 1000 to 3600000 ms, and 30000 unless told. Each further one doubles it. */
  readonly firstWaitMs?: number | undefined;
  /** No wait is longer: firstWaitMs to 86400000 ms, and 3600000 unless told. */
  readonly maxWaitMs?: number | undefined;
  /** The failure in a row that disables the factor until `unlock`: 1 to 100, and 100 unless told. */
  readonly disableAfter?: number | undefined;
}

export type CheckedBackoff = { readonly [Name in keyof Backoff]-?: number };

const OPTIONS = { freeFailures: true, firstWaitMs: true, maxWaitMs: true, disableAfter: true } as const;

export function checkBackoff(backoff: Backoff = {}): CheckedBackoff {
  checkOptions(backoff, OPTIONS, "backoff");
  const { freeFailures = 4, firstWaitMs = 30_000, maxWaitMs = 3_600_000, disableAfter = 100 } = backoff;
  checkInteger(freeFailures, "backoff.freeFailures", 0, 99);
  checkInteger(firstWaitMs, "backoff.firstWaitMs", 1000, 3_600_000);
  checkInteger(maxWaitMs, "backoff.maxWaitMs", firstWaitMs, 86_400_000);
  checkInteger(disableAfter, "backoff.disableAfter", 1, 100);
  return { freeFailures, firstWaitMs, maxWaitMs, disableAfter };
}

/** How long the last of so many failures in a row has to be waited for, in milliseconds; null: until `unlock`. */
export function waitAfter(failures: number, backoff: CheckedBackoff): number | null {
  if (failures >= backoff.disableAfter) return null;
  const doublings = failures - backoff.freeFailures - 1;
  return doublings < 0 ? 0 : Math.min(backoff.firstWaitMs * 2 ** doublings, backoff.maxWaitMs);
}
