// The guard once more, as plainly as the design says it: no bytes, no store, no text, and codes are compared as text.
import type { GuardEvent, GuardKeyStatus, GuardOutcome, GuardStatus, WithoutSubject } from "otp-core/guard";
import { type ModelAttempts, ModelCounter } from "./model-backoff.ts";

export interface ModelPolicy extends ModelAttempts {
  readonly past: number;
  readonly future: number;
  readonly lookAhead: number;
  /** `undefined`: 120 steps, 100 counters. */
  readonly resyncWindow: number | undefined;
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

export type MachineEvent = WithoutSubject<GuardEvent>;

export interface Answered {
  readonly outcome: GuardOutcome;
  readonly events: readonly MachineEvent[];
}

/** What is remembered of one authenticator. */
interface Known {
  /** The last accepted step or counter. */
  readonly last: number;
  readonly drift: number;
  readonly resyncDrift: number;
}

/** A place where a code was found. */
interface Place {
  readonly name: string;
  /** The step or counter of the last code. */
  readonly place: number;
}

const TEN_MINUTES = 600_000;

export class GuardModel {
  readonly #keys: ReadonlyMap<string, ModelKey>;
  readonly #policy: ModelPolicy;
  readonly #attempts: ModelCounter;
  #known = new Map<string, Known>();
  #forgottenAt: number | null = null;
  /** Codes of steps that began before are used up. */
  #usedUntil = 0;

  constructor(keys: Readonly<Record<string, ModelKey>>, policy: ModelPolicy) {
    this.#keys = new Map(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)));
    this.#policy = policy;
    this.#attempts = new ModelCounter(policy);
  }

  /** The code has the right form for all keys. */
  attempt(code: string, now: number): Answered {
    return this.#refuseUnseen(now) ?? this.#judge([...this.#keys.keys()], [code], "accepted", now);
  }

  resync(name: string, codes: readonly string[], now: number): Answered {
    return this.#refuseUnseen(now) ?? this.#judge([name], codes, "resynced", now);
  }

  /** Not a code: not looked at, and not counted. */
  malformed(now: number): Answered {
    const event = { type: "rejected", reason: "malformed", at: now, failures: 0, retryAt: null } as const;
    return { outcome: { ok: false, reason: "malformed", retryAfterMs: 0 }, events: [event] };
  }

  unlock(now: number): MachineEvent[] {
    const { failures } = this.#attempts;
    this.#attempts.unlock();
    return [{ type: "unlocked", at: now, failures }];
  }

  remove(name: string, now: number): MachineEvent[] {
    this.#known.delete(name);
    return [{ type: "removed", at: now, keyName: name }];
  }

  forget(now: number): MachineEvent[] {
    this.#usedUntil = Math.max(this.#usedUntil, now);
    for (const [name, { last }] of this.#known) {
      const key = this.#keyOf(name);
      const end = (last + 1) * key.periodMs;
      if (key.type === "totp" && end <= now + TEN_MINUTES) this.#usedUntil = Math.max(this.#usedUntil, end);
    }
    this.#known.clear();
    this.#attempts.forget();
    this.#forgottenAt = Math.max(this.#forgottenAt ?? now, now);
    return [{ type: "forgotten", at: now }];
  }

  status(now: number): GuardStatus {
    const reopens = this.#attempts.reopens(now);
    const { failures, acceptedAt } = this.#attempts;
    return {
      state: reopens === undefined ? "open" : reopens.at === null ? "disabled" : "waiting",
      failures,
      monthlyFailures: this.#attempts.monthlyFailures(now),
      retryAt: reopens?.at ?? null,
      acceptedAt,
      failedAt: this.#attempts.failedAtTold(now),
      forgottenAt: this.#forgottenAt,
      keys: Object.fromEntries([...this.#known].map(([name, known]) => [name, this.#keyStatus(name, known, now)])),
    };
  }

  #keyStatus(name: string, { last, drift }: Known, now: number): GuardKeyStatus {
    const { type, periodMs } = this.#keyOf(name);
    if (type === "hotp") return { method: "hotp", counter: last + 1 };
    // By the clock of the authenticator, if it is ahead.
    const start = (last - Math.max(drift, 0)) * periodMs;
    return { method: "totp", step: last, drift, retryAt: start > now ? start + periodMs : null };
  }

  #keyOf(name: string): ModelKey {
    const key = this.#keys.get(name);
    if (key === undefined) throw new Error(`there is no key ${name}`);
    return key;
  }

  #refuseUnseen(now: number): Answered | undefined {
    const reopens = this.#attempts.reopens(now);
    if (reopens === undefined) return undefined;
    const { failures } = this.#attempts;
    if (reopens.at === null) {
      const event = { type: "disabled", at: now, failures, first: false } as const;
      return { outcome: { ok: false, reason: "disabled", retryAfterMs: null }, events: [event] };
    }
    this.#attempts.settle(now);
    const event = { type: "throttled", at: now, failures, retryAt: reopens.at, by: reopens.by } as const;
    return { outcome: { ok: false, reason: "throttled", retryAfterMs: reopens.at - now }, events: [event] };
  }

  #judge(names: readonly string[], codes: readonly string[], success: "accepted" | "resynced", now: number): Answered {
    let fresh: Place | undefined;
    let replayed: number | undefined;
    let candidates = 0;
    for (const name of names) {
      const found = this.#keyOf(name).type === "totp" ? this.#findTotp(name, codes, now) : this.#findHotp(name, codes);
      candidates += codes.length > 1 ? 1 : found.candidates;
      fresh ??= found.fresh === undefined ? undefined : { name, place: found.fresh };
      replayed ??= found.replayed;
    }
    if (fresh !== undefined) return this.#accept(fresh, success, now);
    if (replayed !== undefined) return this.#replay(replayed, now);
    return this.#fail(candidates, now);
  }

  /** Where these codes stand one after the other, the place of the last of them. */
  #placesOf(name: string, codes: readonly string[], from: number, to: number): number[] {
    const { codeAt } = this.#keyOf(name);
    const places: number[] = [];
    for (let place = Math.max(from, codes.length - 1); place <= to; place++) {
      const first = place - codes.length + 1;
      if (codes.every((code, i) => codeAt(first + i) === code)) places.push(place);
    }
    return places;
  }

  #findTotp(name: string, codes: readonly string[], now: number) {
    const { past, future, resyncWindow = 120 } = this.#policy;
    const { periodMs } = this.#keyOf(name);
    const known = this.#known.get(name);
    const drift = known?.drift ?? 0;
    const current = Math.floor(now / periodMs);
    const firstUnused = Math.max(Math.ceil(this.#usedUntil / periodMs), known === undefined ? 0 : known.last + 1);
    const around = (steps: number) => this.#placesOf(name, codes, current + steps - past, current + steps + future);
    const isFresh = (place: number) => place - codes.length + 1 >= firstUnused;
    const until = (steps: number) => Math.max(0, (firstUnused - steps) * periodMs - now);

    if (codes.length > 1) {
      const places = this.#placesOf(name, codes, current - resyncWindow, current + resyncWindow);
      const fresh = places.filter(isFresh).at(-1);
      return { fresh, replayed: places.length > 0 ? until(drift) : undefined, candidates: 1 };
    }
    const atDrift = around(drift);
    const atZero = around(0);
    const steps = new Set<number>();
    for (const centre of [drift, 0]) {
      for (let step = current + centre - past; step <= current + centre + future; step++)
        if (step >= 0) steps.add(step);
    }
    const fresh = Math.max(...[...atDrift, ...atZero].filter(isFresh), -1);
    // If the windows touch, it does not show which clock the authenticator has. It may have the one that is behind.
    const apart = Math.abs(drift) > past + future + 1;
    const replayed = apart
      ? atDrift.length > 0
        ? until(drift)
        : atZero.length > 0
          ? until(0)
          : undefined
      : atDrift.length + atZero.length > 0
        ? until(Math.min(drift, 0))
        : undefined;
    return { fresh: fresh < 0 ? undefined : fresh, replayed, candidates: steps.size };
  }

  #findHotp(name: string, codes: readonly string[]) {
    const { lookAhead, resyncWindow = 100 } = this.#policy;
    const key = this.#keyOf(name);
    const last = this.#known.get(name)?.last;
    const next = Math.max(last === undefined ? 0 : last + 1, key.counter);
    const reach = codes.length === 1 ? lookAhead : resyncWindow;
    const more = codes.length - 1;
    const [fresh] = this.#placesOf(name, codes, next + more, next + more + reach);
    const again = codes.length === 1 && last !== undefined && key.codeAt(last) === codes[0];
    return { fresh, replayed: again ? 0 : undefined, candidates: reach + 1 };
  }

  #accept({ name, place }: Place, type: "accepted" | "resynced", at: number): Answered {
    const { type: method, periodMs } = this.#keyOf(name);
    const { failures } = this.#attempts;
    const seen = method === "totp" ? place - Math.floor(at / periodMs) : 0;
    this.#known.set(name, { last: place, ...this.#driftAfter(name, type, method === "totp" ? seen : 0) });
    this.#known = new Map([...this.#known].sort(([a], [b]) => (a < b ? -1 : 1)));
    this.#attempts.succeed(at);
    const position = method === "totp" ? place : place + 1;
    const details = { at, method, keyName: name, position, drift: seen };
    const event: MachineEvent = type === "accepted" ? { type, ...details, failures } : { type, ...details };
    return { outcome: { ok: true, keyName: name, at }, events: [event] };
  }

  #driftAfter(name: string, success: "accepted" | "resynced", seen: number) {
    const { past, future, maxLearntDrift } = this.#policy;
    if (success === "resynced") return { drift: seen, resyncDrift: seen };
    let { drift, resyncDrift } = this.#known.get(name) ?? { drift: 0, resyncDrift: 0 };
    // Found around zero only: the user has set the clock right.
    if (seen < drift - past || seen > drift + future) drift = resyncDrift = 0;
    const next = drift + Math.sign(seen - drift);
    const nearer = Math.abs(next) < Math.abs(drift);
    if (maxLearntDrift > 0 && (nearer || Math.abs(next - resyncDrift) <= maxLearntDrift)) drift = next;
    if (maxLearntDrift > 0 && drift === 0 && next === 0) resyncDrift = 0;
    return { drift, resyncDrift };
  }

  #replay(retryAfterMs: number, at: number): Answered {
    const retryAt = retryAfterMs === 0 ? null : at + retryAfterMs;
    const event = { type: "replayed", at, failures: this.#attempts.failures, retryAt } as const;
    return { outcome: { ok: false, reason: "replayed", retryAfterMs }, events: [event] };
  }

  #fail(candidates: number, at: number): Answered {
    this.#attempts.fail(candidates, at);
    const { failures } = this.#attempts;
    const reopens = this.#attempts.reopens(at);
    const events: MachineEvent[] = [
      { type: "rejected", at, reason: "mismatch", failures, retryAt: reopens?.at ?? null },
    ];
    if (reopens?.at === null) events.push({ type: "disabled", at, failures, first: true });
    const retryAfterMs = reopens === undefined ? 0 : reopens.at === null ? null : reopens.at - at;
    return { outcome: { ok: false, reason: "mismatch", retryAfterMs }, events };
  }
}
