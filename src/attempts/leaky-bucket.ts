// A bucket that leaks evenly: what limits turns over a span of time, for servers whose clocks differ.

/**
 * How full a bucket is. One turn adds `perMs` to the level, and each millisecond takes `limit` from it. So every level is a whole
 * number and exact, as long as `limit * perMs` stays below 2^53.
 */
export interface Bucket {
  readonly level: number;
  /** The moment of `level`, in milliseconds since 1970. */
  readonly at: number;
  /** When `at` was moved back last, by the clock that moved it. `null`: never. */
  readonly movedAt: number | null;
}

/** Turns that may be taken together, and per `perMs` on average. */
export interface BucketRate {
  readonly limit: number;
  readonly perMs: number;
}

export const EMPTY_BUCKET: Bucket = { level: 0, at: 0, movedAt: null };

/** The clocks of the servers agree within ten minutes. */
export const MAX_CLOCK_SKEW_MS = 600_000;

/**
 * Whether a moment of a record shows that the clock went back. A moment up to ten minutes ahead was written by another server whose
 * clock is ahead. Further ahead, the clock went back. That is believed once in ten minutes: if two servers disagreed by more, each
 * of their turns would empty the bucket of the other.
 */
export function wentBack(moment: number, movedAt: number | null, now: number): boolean {
  if (moment - now <= MAX_CLOCK_SKEW_MS) return false;
  return movedAt === null || Math.abs(now - movedAt) >= MAX_CLOCK_SKEW_MS;
}

/**
 * The bucket at this moment. Its `at` moves back only if the clock went back, and then `movedAt` changes: this is the one change
 * that a refusal has to store, because without it the bucket would stay full until the old moment comes again.
 */
export function leak(bucket: Bucket, { limit }: BucketRate, now: number): Bucket {
  const { level, at, movedAt } = bucket;
  if (wentBack(at, movedAt, now)) return { level, at: now, movedAt: now };
  return now > at ? { level: Math.max(0, level - (now - at) * limit), at: now, movedAt } : bucket;
}

/** Takes turns out of a bucket that {@link leak} has brought to this moment. */
export function takeTurns(bucket: Bucket, { perMs }: BucketRate, turns: number): Bucket {
  return { ...bucket, level: bucket.level + turns * perMs };
}

/** Milliseconds until one turn fits. 0: now. {@link leak} has brought the bucket to this moment. */
export function waitForTurn({ level, at }: Bucket, { limit, perMs }: BucketRate, now: number): number {
  const excess = level + perMs - limit * perMs;
  // A moment that lies further ahead will be moved back, so it makes no wait longer.
  return excess <= 0 ? 0 : Math.min(at - now, MAX_CLOCK_SKEW_MS) + Math.ceil(excess / limit);
}

/** When the bucket is empty, in milliseconds since 1970. From then on it need not be remembered. */
export function emptyAt({ level, at }: Bucket, { limit }: BucketRate): number {
  return at + Math.ceil(level / limit);
}
