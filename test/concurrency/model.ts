// The guard once more, in the words of DESIGN's chapters "Verification, exactly" and "Guard", as plainly as they are written
// there: no bytes, no store, no text, and codes are compared as text.
import type { GuardStatus, GuardVerdict, MachineEvent } from "otp-core/guard";
import { type ModelBackoff, modelWait } from "./model-backoff.ts";

export interface ModelPolicy extends ModelBackoff {
  readonly past: number;
  readonly future: number;
  readonly lookAhead: number;
  readonly resyncWindow: number;
  /** 0: off. */
  readonly maxLearntDrift: number;
}

export interface ModelKey {
  readonly type: "totp" | "hotp";
  readonly periodMs: number;
  /** HOTP: the initial counter. */
  readonly counter: number;
  readonly codeAt: (counter: number) => string;
}

export interface Answered {
  readonly outcome: GuardVerdict;
  readonly events: readonly MachineEvent[];
}

export class GuardModel {
  readonly #key: ModelKey;
  readonly #policy: ModelPolicy;
  #known = false;
  #tried = false;
  #forgotten = false;
  /** The last accepted step; the last accepted counter. */
  #last: number | null = null;
  #drift = 0;
  #failures = 0;
  #retryAt = 0;
  #acceptedAt: number | null = null;
  #failedAt: number | null = null;

  constructor(key: ModelKey, policy: ModelPolicy) {
    this.#key = key;
    this.#policy = policy;
  }

  wait(failures: number): number | null {
    return modelWait(this.#policy, failures);
  }

  /** The code is of the right form. */
  verify(code: string, now: number): Answered {
    return this.#closed(now) ?? this.#judge([code], "accepted", now);
  }

  resync(codes: readonly string[], now: number): Answered {
    return this.#closed(now) ?? this.#judge(codes, "resynced", now);
  }

  /** No code at all: not looked at, and not counted. */
  malformed(now: number): Answered {
    const event = { type: "rejected", reason: "malformed", at: now, failures: 0, retryAt: null } as const;
    return { outcome: { ok: false, reason: "malformed", retryAfterMs: 0 }, events: [event] };
  }

  unlock(now: number): MachineEvent[] {
    const failures = this.#failures;
    this.#failures = 0;
    return [{ type: "unlocked", at: now, failures }];
  }

  forget(now: number): MachineEvent[] {
    this.#known = true;
    this.#forgotten = true;
    return [{ type: "forgotten", at: now }];
  }

  status(now: number): GuardStatus {
    const disabled = this.#forgotten || this.wait(this.#failures) === null;
    const left = disabled ? 0 : this.#left(now);
    const { type } = this.#key;
    const next = this.#last === null ? null : this.#last + 1;
    return {
      state: !this.#known ? "new" : disabled ? "disabled" : left > 0 ? "waiting" : "open",
      failures: this.#failures,
      retryAt: left > 0 ? now + left : null,
      acceptedAt: this.#acceptedAt,
      failedAt: this.#failedAt,
      step: type === "totp" && this.#tried ? this.#last : null,
      counter: type === "hotp" && this.#tried ? next : null,
      drift: this.#drift,
    };
  }

  /** What is left of the wait. It never exceeds the policy's wait, whatever became of the clock. */
  #left(now: number): number {
    const wait = this.wait(this.#failures) ?? 0;
    return Math.max(0, Math.min(this.#retryAt - now, wait));
  }

  #closed(now: number): Answered | undefined {
    const failures = this.#failures;
    if (this.#forgotten || this.wait(failures) === null) {
      const event = { type: "disabled", at: now, failures, first: false } as const;
      return { outcome: { ok: false, reason: "disabled", retryAfterMs: null }, events: [event] };
    }
    const left = this.#left(now);
    if (left === 0) return undefined;
    if (this.#retryAt - now > left) {
      // The clock went back: the moment is written anew, once.
      this.#retryAt = now + left;
      this.#failedAt = now;
    }
    const event = { type: "throttled", at: now, failures, retryAt: now + left } as const;
    return { outcome: { ok: false, reason: "throttled", retryAfterMs: left }, events: [event] };
  }

  /** Where these codes stand in a row, the place of the last of them. */
  #placesOf(codes: readonly string[], from: number, to: number): number[] {
    const places: number[] = [];
    for (let place = Math.max(from, codes.length - 1); place <= to; place++) {
      const first = place - codes.length + 1;
      if (codes.every((code, i) => this.#key.codeAt(first + i) === code)) places.push(place);
    }
    return places;
  }

  #judge(codes: readonly string[], success: "accepted" | "resynced", now: number): Answered {
    this.#tried = true;
    return this.#key.type === "totp" ? this.#judgeTotp(codes, success, now) : this.#judgeHotp(codes, success, now);
  }

  #judgeTotp(codes: readonly string[], success: "accepted" | "resynced", now: number): Answered {
    const { past, future, resyncWindow, maxLearntDrift } = this.#policy;
    const current = Math.floor(now / this.#key.periodMs);
    const places =
      success === "accepted"
        ? this.#placesOf(codes, current + this.#drift - past, current + this.#drift + future)
        : this.#placesOf(codes, current - resyncWindow, current + resyncWindow);
    const fresh = places.filter((place) => place - codes.length + 1 > (this.#last ?? -1)).at(-1);
    if (fresh === undefined) return places.length > 0 ? this.#replay(now) : this.#fail(now);
    const seen = fresh - current;
    let drift = seen;
    if (success === "accepted") {
      drift = this.#drift;
      const step = Math.sign(seen - drift);
      // One step per success; not beyond the most that is learnt, unless a resynchronisation has gone there.
      if (maxLearntDrift > 0 && Math.abs(drift + step) <= Math.max(maxLearntDrift, Math.abs(drift))) drift += step;
    }
    return this.#accept(success, fresh, fresh, seen, drift, now);
  }

  #judgeHotp(codes: readonly string[], success: "accepted" | "resynced", now: number): Answered {
    const { lookAhead, resyncWindow } = this.#policy;
    const next = Math.max(this.#last === null ? 0 : this.#last + 1, this.#key.counter);
    const reach = success === "accepted" ? lookAhead : resyncWindow;
    const more = codes.length - 1;
    const [place] = this.#placesOf(codes, next + more, next + more + reach);
    if (place !== undefined) return this.#accept(success, place, place + 1, 0, 0, now);
    const again = success === "accepted" && this.#last !== null && this.#key.codeAt(this.#last) === codes[0];
    return again ? this.#replay(now) : this.#fail(now);
  }

  #accept(
    type: "accepted" | "resynced",
    last: number,
    position: number,
    seen: number,
    drift: number,
    at: number,
  ): Answered {
    const failures = this.#failures;
    const event = { type, at, factor: this.#key.type, position, drift: seen };
    this.#known = true;
    this.#last = last;
    this.#drift = drift;
    this.#failures = 0;
    this.#acceptedAt = at;
    return {
      outcome: { ok: true },
      events: [(type === "accepted" ? { ...event, failures } : event) as MachineEvent],
    };
  }

  #replay(at: number): Answered {
    const position = (this.#last ?? 0) + (this.#key.type === "hotp" ? 1 : 0);
    const event = { type: "replayed", at, position, failures: this.#failures, retryAt: null } as const;
    return { outcome: { ok: false, reason: "replayed", retryAfterMs: 0 }, events: [event] };
  }

  #fail(at: number): Answered {
    this.#known = true;
    this.#failures++;
    this.#failedAt = at;
    const failures = this.#failures;
    const wait = this.wait(failures);
    this.#retryAt = at + (wait ?? 0);
    const retryAt = wait === null || wait === 0 ? null : at + wait;
    const events: MachineEvent[] = [{ type: "rejected", at, reason: "mismatch", failures, retryAt }];
    if (wait === null) events.push({ type: "disabled", at, failures, first: true });
    return { outcome: { ok: false, reason: "mismatch", retryAfterMs: wait }, events };
  }
}
