// Which steps and counters an attempt is compared with.

import { OtpError } from "../errors.ts";
import type { AsyncSigner, Signer } from "../hmac/signer.ts";
import type { HotpKey } from "../key/key.ts";
import { countersFrom, stepOf } from "../otp/counter.ts";
import { RESYNC_LOOK_AHEAD, RESYNC_WINDOW } from "../otp/options.ts";
import { type Drift, driftOf } from "./drift.ts";
import type { CheckedSearchPolicy } from "./policy.ts";
import {
  firstUnusedStep,
  type HotpPosition,
  nextCounter,
  type Position,
  type StepTimes,
  startOfStep,
  type TotpPosition,
} from "./position.ts";
import type { TypedKey } from "./prepared-key.ts";

/** What a search reads. */
export interface Search {
  readonly policy: CheckedSearchPolicy;
  readonly keys: readonly TypedKey[];
  readonly positionOf: (keyName: string) => Position | null;
  /** Codes of steps that began before this moment are used up, whatever the key. */
  readonly usedUntil: number | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Consecutive candidates of one key. */
export interface Range {
  readonly target: Target;
  readonly first: number;
  readonly count: number;
  /** The first candidate that may be accepted. Those before it were used, or were skipped. */
  readonly unused: number;
  /** TOTP: by how many steps the authenticator's clock is ahead, if its codes are in this range. */
  readonly drift: number;
  /** How many of the candidates could be accepted. */
  readonly candidates: number;
}

/** A key with its position. */
export type Target =
  | {
      readonly method: "totp";
      readonly key: TypedKey;
      readonly times: StepTimes;
      /** The step that `now` lies in. */
      readonly current: number;
      readonly drift: Drift;
      readonly position: TotpPosition | null;
    }
  | {
      readonly method: "hotp";
      readonly key: TypedKey;
      readonly hotp: HotpKey<Signer | AsyncSigner>;
      readonly position: HotpPosition | null;
    };

/** The candidates of one key. */
export function rangesOf(request: Search, key: TypedKey): readonly Range[] {
  const target = targetOf(request, key);
  return target.method === "totp" ? totpRanges(request, target) : hotpRanges(request, target);
}

function targetOf({ positionOf, now }: Search, key: TypedKey): Target {
  const position = positionOf(key.keyName);
  if (position !== null && position.method !== key.key.type) {
    throw new OtpError(
      "state-invalid",
      `the stored position of key "${key.keyName}" is that of a ${position.method} key: call remove before you change the type`,
    );
  }
  const { times } = key;
  if (times === null) {
    return {
      method: "hotp",
      key,
      hotp: key.key as HotpKey<Signer | AsyncSigner>,
      position: position as HotpPosition | null,
    };
  }
  const last = position as TotpPosition | null;
  const current = stepOf(now, times.period, times.epoch);
  return { method: "totp", key, times, current, drift: driftOf(times.period, last), position: last };
}

/** After a resync or learnt drift both are searched: around the drift, and around zero, because a user may set the clock right. */
function totpRanges(
  { policy, usedUntil }: Search,
  target: Extract<Target, { readonly method: "totp" }>,
): readonly Range[] {
  const { key, times, current, position } = target;
  const { drift } = target.drift;
  const between = (from: number, to: number, ahead: number): Range => {
    // There are no steps below zero.
    const first = Math.max(0, from);
    const unused = firstUnusedStep(times, position, usedUntil, to);
    return withCandidates({ target, first, count: Math.max(0, to - first + 1), unused, drift: ahead });
  };
  if (typeof key.typed !== "number") {
    const reach = policy.resyncWindow ?? RESYNC_WINDOW.default;
    return [between(current - reach - (key.typed.length - 1), current + reach, drift)];
  }
  const { past, future } = policy.window;
  if (Math.abs(drift) > past + future + 1) {
    return [
      between(current + drift - past, current + drift + future, drift),
      between(current - past, current + future, 0),
    ];
  }
  const behind = Math.min(drift, 0);
  return [between(current + behind - past, current + Math.max(drift, 0) + future, behind)];
}

/** The next counters, and the last accepted one: a code that is sent twice is `replayed` and not counted. */
function hotpRanges({ policy }: Search, target: Extract<Target, { readonly method: "hotp" }>): readonly Range[] {
  const { key, hotp, position } = target;
  const next = nextCounter(hotp, position);
  const codes = typeof key.typed === "number" ? 1 : key.typed.length;
  const reach = codes === 1 ? policy.lookAhead : (policy.resyncWindow ?? RESYNC_LOOK_AHEAD.default);
  const count = countersFrom(next, reach + codes);
  const ahead = { target, first: next, count, unused: next, drift: 0 };
  if (position === null || codes > 1) return [withCandidates(ahead)];
  return [withCandidates(ahead), withCandidates({ ...ahead, first: position.counter - 1, count: 1 })];
}

function withCandidates({ target, first, count, unused, drift }: Omit<Range, "candidates">): Range {
  let candidates = target.method === "totp" ? count : count - Math.min(unused - first, count);
  // Several consecutive codes are harder to guess than one code, however many places are searched for them.
  if (typeof target.key.typed !== "number") candidates = 1;
  return { target, first, count, unused, drift, candidates };
}

/** Until the authenticator shows the first code that can be accepted. A counter token shows it at the next press of its button. */
export function waitForUnused({ target, unused, drift }: Range, now: number): number {
  return target.method === "hotp" ? 0 : Math.max(0, startOfStep(target.times, unused - drift) - now);
}
