// How failures are answered, in plain words: the waits after consecutive failures, and the budget of 30 days. Guards and sent codes
// share them.

export interface ModelBackoff {
  readonly freeFailures: number;
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  readonly disableAfter: number;
}

/** How long so many consecutive failures have to be waited for. `null`: for ever. */
export function modelWait(policy: ModelBackoff, failures: number): number | null {
  const { freeFailures, firstWaitMs, maxWaitMs, disableAfter } = policy;
  if (failures >= disableAfter) return null;
  let wait = failures > freeFailures ? firstWaitMs : 0;
  for (let i = freeFailures + 1; i < failures; i++) wait = Math.min(wait * 2, maxWaitMs);
  return wait;
}

export interface ModelAttempts extends ModelBackoff {
  readonly monthly: number;
}

const MONTH_MS = 30 * 24 * 3_600_000;
const TEN_MINUTES = 600_000;

/** The attempts of a subject. */
export class ModelCounter {
  failures = 0;
  failedAt: number | null = null;
  acceptedAt: number | null = null;
  readonly #policy: ModelAttempts;
  /** In failures times milliseconds of a month, so that it is a whole number. */
  #level = 0n;
  #levelAt = 0;
  #movedAt: number | null = null;

  constructor(policy: ModelAttempts) {
    this.#policy = policy;
  }

  /** Moments more than ten minutes ahead are now, but only once in ten minutes. */
  #believes(now: number): boolean {
    const latest = Math.max(this.failedAt ?? 0, this.#levelAt);
    if (latest <= now + TEN_MINUTES) return false;
    return this.#movedAt === null || Math.abs(now - this.#movedAt) >= TEN_MINUTES;
  }

  #failedAt(now: number): number {
    const failedAt = this.failedAt ?? now;
    return this.#believes(now) ? Math.min(failedAt, now) : failedAt;
  }

  #levelNow(now: number): { readonly level: bigint; readonly at: number } {
    const at = this.#believes(now) ? Math.min(this.#levelAt, now) : this.#levelAt;
    if (now <= at) return { level: this.#level, at };
    const left = this.#level - BigInt(now - at) * BigInt(this.#policy.monthly);
    return { level: left > 0n ? left : 0n, at: now };
  }

  /** How many failures of the last 30 days still count. */
  monthlyFailures(now: number): number {
    const { level } = this.#levelNow(now);
    return Number((level + BigInt(MONTH_MS) - 1n) / BigInt(MONTH_MS));
  }

  /** When another attempt is looked at, if that is not now. `null`: after unlock. */
  reopens(now: number): { readonly at: number | null; readonly by: "wait" | "monthly" } | undefined {
    const wait = modelWait(this.#policy, this.failures);
    if (wait === null) return { at: null, by: "wait" };
    const waitEnds = wait === 0 ? now : Math.min(this.#failedAt(now), now + TEN_MINUTES) + wait;
    const { level, at } = this.#levelNow(now);
    // There has to be room for one failure.
    const over = level - BigInt(this.#policy.monthly - 1) * BigInt(MONTH_MS);
    const drain = over <= 0n ? 0 : Number((over + BigInt(this.#policy.monthly) - 1n) / BigInt(this.#policy.monthly));
    const monthEnds = over <= 0n ? now : now + Math.min(at - now, TEN_MINUTES) + drain;
    if (Math.max(waitEnds, monthEnds) <= now) return undefined;
    return monthEnds > waitEnds ? { at: monthEnds, by: "monthly" } : { at: waitEnds, by: "wait" };
  }

  /** What is stored by a refusal, once. */
  settle(now: number): void {
    if (!this.#believes(now)) return;
    if (this.failedAt !== null) this.failedAt = Math.min(this.failedAt, now);
    this.#levelAt = Math.min(this.#levelAt, now);
    this.#movedAt = now;
  }

  fail(candidates: number, now: number): void {
    this.settle(now);
    const { level, at } = this.#levelNow(now);
    this.#level = level + BigInt(Math.max(1, Math.ceil(candidates / 3))) * BigInt(MONTH_MS);
    this.#levelAt = at;
    this.failures++;
    this.failedAt = Math.max(this.failedAt ?? now, now);
  }

  /** A moment that is far ahead is told as now. */
  failedAtTold(now: number): number | null {
    return this.failedAt === null ? null : this.#failedAt(now);
  }

  succeed(now: number): void {
    this.failures = 0;
    this.acceptedAt = now;
  }

  unlock(): void {
    this.failures = 0;
    this.#level = 0n;
    this.#levelAt = 0;
    this.#movedAt = null;
  }

  forget(): void {
    this.unlock();
    this.failedAt = null;
    this.acceptedAt = null;
  }
}
