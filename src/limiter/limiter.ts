// Limits how often something is done, by any subject of the application's choice.
import {
  type Bucket,
  type BucketRate,
  EMPTY_BUCKET,
  emptyAt,
  leak,
  takeTurns,
  waitForTurn,
} from "../attempts/leaky-bucket.ts";
import { checkInteger, checkOptions, type Options } from "../check.ts";
import { isMoment, isWhole, numberField, readFields, stateInvalid, writeFields } from "../store/state-text.ts";
import type { Transition } from "../store/step/machine.ts";
import { MachineRunner, SERVICE_OPTIONS, type ServiceOptions } from "../store/step/runner.ts";
import { checkIdentifier, checkSubject } from "../store/store-key.ts";

/** All turns are taken. */
export interface LimiterRefused {
  readonly ok: false;
  readonly reason: "throttled";
  /** Until the next turn. */
  readonly retryAfterMs: number;
}

/** The result of an attempt to take a turn. Test `.ok`: the outcome itself is always truthy. */
export type LimiterOutcome =
  | { readonly ok: true /** Turns left right now. */; readonly remaining: number }
  | LimiterRefused;

/** What is left for a subject. */
export interface LimiterStatus {
  /** Turns left right now. */
  readonly remaining: number;
  /** When there is a turn again, in milliseconds since 1970. `null`: there is one now. */
  readonly retryAt: number | null;
}

/** Limits turns per subject. */
export interface Limiter {
  /** Whether there is a turn left for this subject (1 to 1024 characters, for example an address). Takes it. */
  take(subject: string): Promise<boolean>;
  /** The same with the turns left or the wait. Test `.ok`: the outcome itself is always truthy. */
  attempt(subject: string): Promise<LimiterOutcome>;
  /** Gives one turn back, for example after a success that should not use up the limit. */
  giveBack(subject: string): Promise<void>;
  /** What is left. Takes nothing. */
  status(subject: string): Promise<LimiterStatus>;
  /** Clears the record, for support. */
  forget(subject: string): Promise<void>;
}

/** What is limited, by how much, and where it is remembered. */
export interface LimiterOptions extends Omit<ServiceOptions<never>, "onEvent" | "onListenerError"> {
  /** Separates limiters that share a store: 1 to 1024 characters. */
  readonly name: string;
  /** Turns that may be taken together, and per `perMs` on average: 1 to 1,000,000. */
  readonly limit: number;
  /** 1 to 2,592,000,000 ms (30 days). */
  readonly perMs: number;
}

const { onEvent: _, onListenerError: __, ...STORE_OPTIONS } = SERVICE_OPTIONS;
const OPTIONS: Options<LimiterOptions> = { ...STORE_OPTIONS, name: true, limit: true, perMs: true };

const MAX_LIMIT = 1_000_000;
const MAX_PER_MS = 30 * 86_400_000;

/**
 * At most `limit` turns together and `limit` per `perMs` on average (the generic cell rate algorithm of ITU-T I.371). Use it for
 * requests that are not guesses at one user's code: log-ins by address ({@link addressKey}), messages by destination. It is made for
 * tens of requests a second and subject. Guesses are limited by `createGuard`.
 *
 * Limiters of one name with another `limit` or `perMs` count apart, so a changed policy starts with an empty count. The clocks of
 * the servers have to agree within 10 minutes. If they differ by `s`, up to `limit + (t + s) * limit / perMs` turns are taken
 * in the time `t`.
 *
 * @example
 * ```ts
 * import { createLimiter } from "otp-core/limiter";
 * import { memoryStore } from "otp-core/store";
 *
 * const byAddress = createLimiter({ store: memoryStore(), name: "login-address", limit: 1, perMs: 60_000 });
 * console.log(await byAddress.take("192.0.2.1")); // true
 * console.log(await byAddress.take("192.0.2.1")); // false
 * console.log(await byAddress.take("192.0.2.2")); // true
 * ```
 *
 * @throws OtpError `invalid-argument`. The methods reject with `invalid-argument`, and as `transact` does when the store failed.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  checkOptions(options, OPTIONS);
  const name = checkIdentifier(options.name, "name");
  const limit = checkInteger(options.limit, "limit", 1, MAX_LIMIT);
  const perMs = checkInteger(options.perMs, "perMs", 1, MAX_PER_MS);
  const rate = { limit, perMs };
  const runner = new MachineRunner("limiter", options, { name, ids: [String(limit), String(perMs)] });

  async function attempt(subject: string): Promise<LimiterOutcome> {
    return runner.run({ subject: checkSubject(subject) }, (state) => decideTurn(state, rate, runner.now()));
  }

  return {
    attempt,
    async take(subject) {
      return (await attempt(subject)).ok;
    },
    async giveBack(subject) {
      await runner.run({ subject: checkSubject(subject) }, (state) => returnTurn(state, rate, runner.now()));
    },
    async status(subject) {
      return runner.read({ subject: checkSubject(subject) }, (state) => limiterStatus(state, rate, runner.now()));
    },
    async forget(subject) {
      const cleared = { state: null, expiresAt: null, outcome: undefined, events: [] };
      await runner.write({ subject: checkSubject(subject) }, () => cleared);
    },
  };
}

function decideTurn(state: string | null, rate: BucketRate, now: number): Transition<LimiterOutcome> {
  const before = readBucket(state);
  const bucket = leak(before, rate, now);
  const wait = waitForTurn(bucket, rate, now);
  if (wait > 0) {
    // A refusal writes nothing, unless the clock went back.
    const next = bucket.movedAt === before.movedAt ? state : writeBucket(bucket);
    const outcome = { ok: false, reason: "throttled", retryAfterMs: wait } as const;
    return { state: next, expiresAt: emptyAt(bucket, rate), outcome, events: [] };
  }
  const taken = takeTurns(bucket, rate, 1);
  const outcome = { ok: true, remaining: turnsLeft(taken, rate) } as const;
  return { state: writeBucket(taken), expiresAt: emptyAt(taken, rate), outcome, events: [] };
}

function returnTurn(state: string | null, rate: BucketRate, now: number): Transition<void> {
  const before = readBucket(state);
  // A turn that has leaked away is not in the bucket any more.
  const bucket = leak(before, rate, now);
  const returned = { ...bucket, level: Math.max(0, bucket.level - rate.perMs) };
  const next = before.level === 0 ? state : writeBucket(returned);
  return { state: next, expiresAt: emptyAt(returned, rate), outcome: undefined, events: [] };
}

function limiterStatus(state: string | null, rate: BucketRate, now: number): LimiterStatus {
  const bucket = leak(readBucket(state), rate, now);
  const wait = waitForTurn(bucket, rate, now);
  return { remaining: turnsLeft(bucket, rate), retryAt: wait > 0 ? now + wait : null };
}

function turnsLeft({ level }: Bucket, { limit, perMs }: BucketRate): number {
  return Math.max(0, Math.floor((limit * perMs - level) / perMs));
}

const VERSION = "1";

function writeBucket({ level, at, movedAt }: Bucket): string {
  return writeFields([VERSION, level, at, movedAt]);
}

function readBucket(state: string | null): Bucket {
  if (state === null) return EMPTY_BUCKET;
  const [, level = null, at = null, movedAt = null] = readFields(state).map(numberField);
  const bucket = { level: level ?? Number.NaN, at: at ?? Number.NaN, movedAt };
  const possible = isWhole(level, 0, MAX_LEVEL) && isWhole(at, 0, Number.MAX_SAFE_INTEGER) && isMoment(movedAt);
  // A text that is not written back as the same text was not written by us.
  if (!possible || writeBucket(bucket) !== state) throw stateInvalid();
  return bucket;
}

const MAX_LEVEL = MAX_LIMIT * MAX_PER_MS;
