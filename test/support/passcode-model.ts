// Codes that are sent once more, in the words of DESIGN's chapter "Codes that the server sends", as plainly as they are written
// there: no bytes, no store, no text, and codes are compared as text.
import type {
  PasscodeIssue,
  PasscodeMachineEvent,
  PasscodeReason,
  PasscodeStatus,
  PasscodeVerdict,
} from "otp-core/passcodes";
import { type ModelBackoff, modelWait } from "../concurrency/model-backoff.ts";

export interface ModelPolicy extends ModelBackoff {
  readonly ttlMs: number;
  readonly attempts: number;
  readonly resendAfterMs: number;
  readonly maxSends: number;
}

export interface Answered<Outcome> {
  readonly outcome: Outcome;
  readonly events: readonly PasscodeMachineEvent[];
}

interface SentCode {
  text: string;
  context: string | undefined;
  ttlMs: number;
  tries: number;
  used: boolean;
}

const PERIOD_MS = 15 * 60_000;
const DAY_MS = 24 * 3_600_000;
const LAPSE_MS = 30 * DAY_MS;

export class PasscodeModel {
  readonly #policy: ModelPolicy;
  #code: SentCode | undefined;
  /** The newest first. The code was sent with the first of them. */
  #sends: number[] = [];
  #failures = 0;
  #failedAt = 0;

  constructor(policy: ModelPolicy) {
    this.#policy = policy;
  }

  issue(text: string, context: string | undefined, now: number): Answered<PasscodeIssue> {
    this.#observe(now);
    const left = this.#left(now);
    if (left === null) {
      const event = { type: "refused", at: now, reason: "disabled", retryAt: null } as const;
      return { outcome: { ok: false, reason: "disabled", retryAfterMs: null }, events: [event] };
    }
    const { pause, period } = this.#sendable();
    const [reason, retryAt] =
      left > 0
        ? (["throttled", now + left] as const)
        : period > pause
          ? (["sends", period] as const)
          : (["resend", pause] as const);
    if (retryAt > now) {
      const event = { type: "refused", at: now, reason, retryAt } as const;
      return { outcome: { ok: false, reason: "throttled", retryAfterMs: retryAt - now }, events: [event] };
    }
    this.#code = { text, context, ttlMs: this.#policy.ttlMs, tries: 0, used: false };
    this.#sends.unshift(now);
    const next = this.#sendable();
    const expiresAt = now + this.#policy.ttlMs;
    return {
      outcome: { ok: true, expiresAt, resendAt: Math.max(next.pause, next.period) },
      events: [{ type: "issued", at: now, expiresAt }],
    };
  }

  /** The code is of the right form. */
  redeem(text: string, context: string | undefined, now: number): Answered<PasscodeVerdict> {
    this.#observe(now);
    const failures = this.#failures;
    const left = this.#left(now);
    if (left === null) {
      const event = { type: "disabled", at: now, failures, first: false } as const;
      return { outcome: { ok: false, reason: "disabled", retryAfterMs: null }, events: [event] };
    }
    if (left > 0) {
      const event = { type: "throttled", at: now, failures, retryAt: now + left } as const;
      return { outcome: { ok: false, reason: "throttled", retryAfterMs: left }, events: [event] };
    }
    const code = this.#code;
    const right = code !== undefined && code.text === text && code.context === context;
    if (right && code.used) {
      const event = { type: "replayed", at: now, failures } as const;
      return { outcome: { ok: false, reason: "replayed", retryAfterMs: 0 }, events: [event] };
    }
    const end = this.#end(now);
    if (right && end === undefined) {
      code.used = true;
      this.#failures = 0;
      return { outcome: { ok: true }, events: [{ type: "redeemed", at: now, failures }] };
    }
    if (code !== undefined && end === undefined) code.tries++;
    return this.#fail(end ?? "mismatch", now);
  }

  /** No code at all: not looked at, and not counted. */
  malformed(now: number): Answered<PasscodeVerdict> {
    const event = { type: "rejected", reason: "malformed", at: now, failures: 0, retryAt: null } as const;
    return { outcome: { ok: false, reason: "malformed", retryAfterMs: 0 }, events: [event] };
  }

  forget(now: number): PasscodeMachineEvent[] {
    this.#observe(now);
    this.#code = undefined;
    return [{ type: "forgotten", at: now }];
  }

  unlock(now: number): PasscodeMachineEvent[] {
    this.#observe(now);
    const failures = this.#failures;
    this.#failures = 0;
    return [{ type: "unlocked", at: now, failures }];
  }

  status(now: number): PasscodeStatus {
    const seen = this.#copy();
    seen.#observe(now);
    const left = seen.#left(now);
    const { pause, period } = seen.#sendable();
    const resendAt = Math.max(pause, period);
    const [sentAt = 0] = seen.#sends;
    return {
      state: left === null ? "disabled" : left > 0 ? "waiting" : "open",
      failures: seen.#failures,
      retryAt: left !== null && left > 0 ? now + left : null,
      expiresAt: seen.#code !== undefined && seen.#end(now) === undefined ? sentAt + seen.#code.ttlMs : null,
      resendAt: resendAt > now ? resendAt : null,
    };
  }

  /** Failures lapse after 30 days, and a code is remembered for one. What lies in the future was now: the clock went back. A code that is too far in it is over. */
  #observe(now: number): void {
    if (this.#failures > 0 && now >= this.#failedAt + LAPSE_MS) this.#failures = 0;
    this.#failedAt = Math.min(this.#failedAt, now);
    const [sentAt] = this.#sends;
    if (sentAt !== undefined && now - sentAt >= DAY_MS) this.#code = undefined;
    if (sentAt === undefined || sentAt <= now) return;
    if (this.#code !== undefined && sentAt - now >= this.#code.ttlMs) this.#code.ttlMs = 0;
    this.#sends = this.#sends.map((at) => Math.min(at, now));
  }

  #left(now: number): number | null {
    const wait = modelWait(this.#policy, this.#failures);
    return wait === null ? null : Math.max(0, this.#failedAt + wait - now);
  }

  /** The moments from which on the pause and the period let another code be sent. */
  #sendable(): { pause: number; period: number } {
    const { resendAfterMs, maxSends } = this.#policy;
    const [last = Number.NEGATIVE_INFINITY] = this.#sends;
    const oldest = this.#sends[maxSends - 1] ?? Number.NEGATIVE_INFINITY;
    return { pause: last + resendAfterMs, period: oldest + PERIOD_MS };
  }

  #end(now: number): "absent" | "exhausted" | "expired" | undefined {
    const code = this.#code;
    if (code === undefined || code.used) return "absent";
    if (code.tries === this.#policy.attempts) return "exhausted";
    return now - (this.#sends[0] ?? 0) >= code.ttlMs ? "expired" : undefined;
  }

  #fail(reason: PasscodeReason & ("absent" | "exhausted" | "expired" | "mismatch"), at: number) {
    this.#failures++;
    this.#failedAt = at;
    const failures = this.#failures;
    const wait = modelWait(this.#policy, failures);
    const retryAt = wait === null || wait === 0 ? null : at + wait;
    const events: PasscodeMachineEvent[] = [{ type: "rejected", at, reason, failures, retryAt }];
    if (wait === null) events.push({ type: "disabled", at, failures, first: true });
    return { outcome: { ok: false, reason, retryAfterMs: wait } as const, events };
  }

  #copy(): PasscodeModel {
    const copy = new PasscodeModel(this.#policy);
    copy.#code = this.#code && { ...this.#code };
    copy.#sends = [...this.#sends];
    copy.#failures = this.#failures;
    copy.#failedAt = this.#failedAt;
    return copy;
  }
}
