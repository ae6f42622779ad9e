// Sent codes once more, as plainly as guides/design.md says it: no bytes, no store, no text, and codes are compared as text. The
// attempts are those of the library; they have tests of their own.
import type { PasscodeOutcome, PasscodeStatus } from "otp-core/passcodes";
import {
  countFailure,
  countSuccess,
  forgiveFailures,
  refuseUnseen,
  rejectReplay,
  rejectUncounted,
} from "../../src/attempts/decisions.ts";
import { lapseFailures } from "../../src/attempts/expiry.ts";
import type { CheckedAttempts } from "../../src/attempts/policy.ts";
import { type AttemptState, NO_ATTEMPTS } from "../../src/attempts/state.ts";
import { attemptStatus } from "../../src/attempts/status.ts";
import type { PasscodeMachineEvent } from "../../src/passcodes/decisions.ts";

export interface ModelPolicy {
  readonly ttlMs: number;
  readonly triesPerCode: number;
  readonly resendAfterMs: number;
  readonly maxSends: number;
  readonly keep: number;
  readonly attempts: CheckedAttempts;
}

export interface Answered<Outcome> {
  readonly outcome: Outcome;
  readonly events: readonly PasscodeMachineEvent[];
}

/** Where a code was asked for, and the payment that it confirms. */
export interface ModelBinding {
  readonly context: string | undefined;
  readonly transaction: string | undefined;
}

interface ModelCode extends ModelBinding {
  readonly text: string;
  readonly sentAt: number;
  readonly expiresAt: number;
  tries: number;
  state: "open" | "used" | "superseded";
  arrived: boolean;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const SKEW = 10 * MINUTE;
/** How many codes before the kept ones are still known. */
const KNOWN = 3;

export class PasscodeModel {
  readonly #policy: ModelPolicy;
  /** The newest first. */
  #codes: ModelCode[] = [];
  #sends: number[] = [];
  #movedAt: number | undefined;
  #attempts: AttemptState = NO_ATTEMPTS;

  constructor(policy: ModelPolicy) {
    this.#policy = policy;
  }

  send(
    text: string,
    binding: ModelBinding,
    now: number,
  ): Answered<
    { ok: true; expiresAt: number; resendAt: number } | { ok: false; reason: string; retryAfterMs: number | null }
  > {
    this.#observe(now);
    const { keep, ttlMs, maxSends, attempts } = this.#policy;
    const unseen = refuseUnseen(attempts, this.#attempts, now);
    if (unseen !== null) {
      this.#attempts = unseen.attempts;
      const { reason, retryAfterMs } = unseen.outcome;
      const retryAt = retryAfterMs === null ? null : now + retryAfterMs;
      return { outcome: unseen.outcome, events: [{ type: "send-refused", at: now, reason, retryAt }] };
    }
    const { pause, period } = this.#waits(now);
    const retryAt = Math.max(pause, period);
    if (retryAt > now) {
      const reason = period > pause ? "sends" : "resend";
      const outcome = { ok: false, reason: "throttled", retryAfterMs: retryAt - now } as const;
      return { outcome, events: [{ type: "send-refused", at: now, reason, retryAt }] };
    }
    // The slots next to the new code go to those that arrived, then to the others that are alive, then to dead ones.
    const open = this.#codes.filter(({ state }) => state === "open");
    const alive = open.filter((code) => this.#isAlive(code, now));
    const chosen = [
      ...alive.filter(({ arrived }) => arrived),
      ...alive.filter(({ arrived }) => !arrived),
      ...open.filter((code) => !alive.includes(code)),
    ].slice(0, keep - 1);
    for (const code of open) if (!chosen.includes(code)) code.state = "superseded";
    const expiresAt = now + ttlMs;
    this.#codes.unshift({ text, ...binding, sentAt: now, expiresAt, tries: 0, state: "open", arrived: true });
    while (this.#codes.length > keep + KNOWN) {
      const oldest = this.#codes.filter(({ state }) => state !== "open").at(-1);
      this.#codes = this.#codes.filter((code) => code !== oldest);
    }
    this.#sends.unshift(Math.max(now, ...this.#sends));
    this.#sends.length = Math.min(this.#sends.length, maxSends);
    const next = this.#waits(now);
    return {
      outcome: { ok: true, expiresAt, resendAt: Math.max(next.pause, next.period) },
      events: [{ type: "sent", at: now, expiresAt }],
    };
  }

  /** No channel took the newest code. Returns when the next one may be sent. */
  giveBack(now: number): number {
    this.#observe(now);
    const [newest] = this.#codes;
    if (newest !== undefined) newest.arrived = false;
    const { pause, period } = this.#waits(now);
    return Math.max(now, pause, period);
  }

  /** The code is of the right form. */
  attempt(text: string, { context, transaction }: ModelBinding, now: number): Answered<PasscodeOutcome> {
    this.#observe(now);
    const { attempts: policy, keep } = this.#policy;
    const unseen = refuseUnseen(policy, this.#attempts, now);
    if (unseen !== null) {
      this.#attempts = unseen.attempts;
      return unseen;
    }
    const same = this.#codes.filter((code) => code.text === text);
    const alive = same.filter((code) => this.#isAlive(code, now));
    const right = alive.find((code) => code.context === context && code.transaction === transaction);
    if (right !== undefined) {
      for (const code of this.#codes) if (code.state === "open") code.state = "superseded";
      right.state = "used";
      const { failures } = this.#attempts;
      this.#attempts = countSuccess(this.#attempts, now);
      return { outcome: { ok: true, at: now }, events: [{ type: "accepted", at: now, failures }] };
    }
    if (alive[0] !== undefined) {
      return this.#refuse(alive[0].context === context ? "other-transaction" : "other-context", now);
    }
    const [dead] = same;
    if (dead?.state === "superseded") return this.#refuse("superseded", now);
    if (dead?.state === "used") return rejectReplay(this.#attempts, 0, now);
    const newest = this.#codes[0];
    const isAnyAlive = this.#codes.some((code) => this.#isAlive(code, now));
    const reason = dead === undefined && isAnyAlive ? "mismatch" : this.#end(dead ?? newest);
    for (const code of this.#codes) if (this.#isAlive(code, now)) code.tries++;
    const counted = countFailure(policy, this.#attempts, { reason, candidates: keep }, now);
    this.#attempts = counted.attempts;
    return counted;
  }

  /** Not a code: not looked at, and not counted. The service does not even read the record. */
  malformed(now: number): Answered<PasscodeOutcome> {
    return rejectUncounted(NO_ATTEMPTS, "malformed", now);
  }

  end(type: "forgotten" | "reported", now: number): PasscodeMachineEvent[] {
    this.#observe(now);
    this.#codes = [];
    const { forgottenAt } = this.#attempts;
    if (type === "forgotten") this.#attempts = { ...this.#attempts, forgottenAt: Math.max(now, forgottenAt ?? now) };
    return [{ type, at: now }];
  }

  unlock(now: number): PasscodeMachineEvent[] {
    this.#observe(now);
    const { failures } = this.#attempts;
    this.#attempts = forgiveFailures(this.#attempts);
    return [{ type: "unlocked", at: now, failures }];
  }

  status(now: number): PasscodeStatus {
    const seen = this.#copy();
    seen.#observe(now);
    const { pause, period } = seen.#waits(now);
    const resendAt = Math.max(pause, period);
    return {
      ...attemptStatus(this.#policy.attempts, seen.#attempts, now),
      expiresAt: seen.#codes.find((code) => seen.#isAlive(code, now))?.expiresAt ?? null,
      resendAt: resendAt > now ? resendAt : null,
    };
  }

  /** Codes are remembered for a day. A send more than ten minutes ahead means that the clock went back, once in ten minutes. */
  #observe(now: number): void {
    this.#attempts = lapseFailures(this.#attempts, now);
    this.#codes = this.#codes.filter(({ sentAt }) => now - sentAt < DAY);
    const isFarAhead = (this.#sends[0] ?? now) - now > SKEW;
    if (!isFarAhead || (this.#movedAt !== undefined && Math.abs(now - this.#movedAt) < SKEW)) return;
    this.#codes = [];
    this.#sends = this.#sends.map((at) => Math.min(at, now));
    this.#movedAt = now;
  }

  /** The moments from which on the pause and the 15 minutes let another code be sent. */
  #waits(now: number): { pause: number; period: number } {
    const { resendAfterMs, maxSends } = this.#policy;
    const seen = (at: number | undefined) => (at === undefined ? Number.NEGATIVE_INFINITY : Math.min(at, now + SKEW));
    const hasArrived = this.#codes[0]?.arrived ?? true;
    return {
      pause: hasArrived ? seen(this.#sends[0]) + resendAfterMs : 0,
      period: seen(this.#sends[maxSends - 1]) + 15 * MINUTE,
    };
  }

  #isAlive(code: ModelCode, now: number): boolean {
    if (code.state !== "open" || code.tries === this.#policy.triesPerCode) return false;
    return now < code.expiresAt && code.sentAt - now <= SKEW;
  }

  /** Why a code that is not alive is not. */
  #end(code: ModelCode | undefined): "absent" | "exhausted" | "expired" {
    if (code === undefined || code.state !== "open") return "absent";
    return code.tries === this.#policy.triesPerCode ? "exhausted" : "expired";
  }

  #refuse(reason: "superseded" | "other-context" | "other-transaction", at: number): Answered<PasscodeOutcome> {
    return { outcome: { ok: false, reason, retryAfterMs: 0 }, events: [{ type: "refused", at, reason }] };
  }

  #copy(): PasscodeModel {
    const copy = new PasscodeModel(this.#policy);
    copy.#codes = this.#codes.map((code) => ({ ...code }));
    copy.#sends = [...this.#sends];
    copy.#movedAt = this.#movedAt;
    copy.#attempts = this.#attempts;
    return copy;
  }
}
