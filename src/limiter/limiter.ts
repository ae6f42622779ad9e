import { checkInteger, checkOptions, type Options } from "../check.ts";
import { OtpError } from "../errors.ts";
import type { Rejected } from "../otp/outcome.ts";
import type { Transition } from "../store/machine.ts";
import { MachineRunner, SERVICE_OPTIONS, type ServiceOptions } from "../store/runner.ts";
import { readFields } from "../store/state-text.ts";
import { checkIdentifier, checkSubject } from "../store/store-key.ts";

/** Refused because too much was taken already. */
export interface Throttled extends Rejected<"throttled"> {
  /** Until the next one is let through. */
  readonly retryAfterMs: number;
}

/** Let through; so many more would be right away. */
export interface Taken {
  readonly ok: true;
  readonly remaining: number;
  readonly retryAfterMs?: never;
}

/** Counts what is taken by each subject. */
export interface Limiter {
  /** One more for this subject, an id of your choice of 1 to 1024 characters; or how long to wait for it. */
  take(subject: string): Promise<Taken | Throttled>;
}

/** What is limited, by how much, and where it is remembered. */
export interface LimiterOptions extends Omit<ServiceOptions<never>, "onEvent" | "onListenerError"> {
  /** Separates limiters that share a store: 1 to 1024 characters. */
  readonly name: string;
  /** How many may be taken at once, and in `perMs` on average: 1 to 1000000. */
  readonly limit: number;
  /** 1 to 2592000000 ms (30 days). */
  readonly perMs: number;
}

const { onEvent: _, onListenerError: __, ...STORE_OPTIONS } = SERVICE_OPTIONS;
const OPTIONS: Options<LimiterOptions> = { ...STORE_OPTIONS, name: true, limit: true, perMs: true };

/**
 * At most `limit` at once and `limit` per `perMs` on average (GCRA: one number per subject, no bursts at the edge of a
 * window). For what is not a guess at one factor: tries by address (IPv6 by /64), messages by destination. Made for some
 * tens of requests per second and subject; behind it `createGuard` still counts every guess.
 *
 * @example
 * ```ts
 * import { createLimiter } from "otp-core/limiter";
 * import { memoryStore } from "otp-core/store";
 *
 * const byAddress = createLimiter({ store: memoryStore(), name: "login-address", limit: 2, perMs: 60_000 });
 * console.log(await byAddress.take("192.0.2.1")); // { ok: true, remaining: 1 }
 * console.log(await byAddress.take("192.0.2.1")); // { ok: true, remaining: 0 }
 * console.log((await byAddress.take("192.0.2.1")).ok); // false
 * ```
 *
 * @throws OtpError `invalid-argument`. `take` rejects as {@link transact} does when the store failed.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  checkOptions(options, OPTIONS);
  const name = checkIdentifier(options.name, "name");
  const limit = checkInteger(options.limit, "limit", 1, 1_000_000);
  const perMs = checkInteger(options.perMs, "perMs", 1, 2_592_000_000);
  const runner = new MachineRunner("limiter", options, { name, ids: [] });
  return {
    async take(subject) {
      return runner.run({ subject: checkSubject(subject) }, (state) => takeStep(state, limit, perMs, runner.now()));
    },
  };
}

/**
 * How full the bucket was, and when, in milliseconds since 1970. A take is `perMs` in and a millisecond `limit` out, so that all
 * of it is whole numbers, at most 1000001 times 30 days in milliseconds: below 2^53, and exact.
 */
interface Bucket {
  readonly level: number;
  readonly at: number;
}

/** The generic cell rate algorithm as a leaking bucket (ITU-T I.371 describes both). */
function takeStep(state: string | null, limit: number, perMs: number, now: number): Transition<Taken | Throttled> {
  const bucket = state === null ? { level: 0, at: now } : readBucket(state);
  const full = limit * perMs;
  // A moment in the future says that the clock went back: nothing has leaked, and from now on something does.
  const leaked = Math.max(0, now - bucket.at) * limit;
  const level = Math.max(0, Math.min(bucket.level, full) - leaked);
  const room = full - level - perMs;
  if (room < 0) {
    const next = bucket.at > now ? writeBucket({ level, at: now }) : state;
    const outcome = { ok: false, reason: "throttled", retryAfterMs: Math.ceil(-room / limit) } as const;
    return { state: next, expiresAt: now + Math.ceil(level / limit), outcome, events: [] };
  }
  const next = { level: level + perMs, at: now };
  const outcome = { ok: true, remaining: Math.floor(room / perMs) } as const;
  return { state: writeBucket(next), expiresAt: now + Math.ceil(next.level / limit), outcome, events: [] };
}

function writeBucket({ level, at }: Bucket): string {
  return `1,${level},${at}`;
}

function readBucket(state: string): Bucket {
  const [, level = Number.NaN, at = Number.NaN] = readFields(state).map(Number);
  const whole = Number.isSafeInteger(level) && level >= 0 && Number.isSafeInteger(at) && at >= 0;
  if (!whole || writeBucket({ level, at }) !== state) {
    throw new OtpError("state-invalid", "the stored state is not that of a limiter");
  }
  return { level, at };
}
