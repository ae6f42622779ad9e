// Which steps and counters an attempt is compared with.

import { OtpError } from "../errors.ts";
import type { AsyncSigner, Signer } from "../hmac/signer.ts";
import type { HotpKey, TotpKey } from "../key/key.ts";
import { countersFrom, stepAt } from "../otp/counter.ts";
import { RESYNC_LOOK_AHEAD, RESYNC_WINDOW } from "../otp/options.ts";
import { driftOf } from "./drift.ts";
import type { CheckedSearchPolicy } from "./policy.ts";
import {
  firstUnusedStep,
  type HotpPosition,
  nextCounter,
  type Position,
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
}

/** A key with its position. */
export type Target =
  | {
      readonly method: "totp";
      readonly key: TypedKey;
      readonly totp: TotpKey<Signer | AsyncSigner>;
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
  const target = targetOf(key, request.positionOf(key.keyName));
  return target.method === "totp" ? totpRanges(request, target) : hotpRanges(request, target);
}

function targetOf(key: TypedKey, position: Position | null): Target {
  if (position !== null && position.method !== key.key.type) {
    throw new OtpError(
      "state-invalid",
      `the stored position of key "${key.keyName}" is that of a ${position.method} key: call remove before you change the type`,
    );
  }
  return key.key.type === "totp"
    ? { method: "totp", key, totp: key.key, position: position as TotpPosition | null }
    : { method: "hotp", key, hotp: key.key, position: position as HotpPosition | null };
}

/** After a resync or learnt drift both are searched: around the drift, and around zero, because a user may set the clock right. */
function totpRanges(
  { policy, usedUntil, now }: Search,
  target: Extract<Target, { readonly method: "totp" }>,
): readonly Range[] {
  const { key, totp, position } = target;
  const current = stepAt(totp, { now });
  const drift = driftOf(totp, position).drift;
  const between = (from: number, to: number, ahead: number): Range => {
    // There are no steps below zero.
    const first = Math.max(0, from);
    const unused = firstUnusedStep(totp, position, usedUntil, to);
    return { target, first, count: Math.max(0, to - first + 1), unused, drift: ahead };
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
  if (position === null || codes > 1) return [ahead];
  const last = position.counter - 1;
  if (position.counter === next) return [{ ...ahead, first: last, count: count + 1 }];
  return [ahead, { ...ahead, first: last, count: 1 }];
}

/** How many of the candidates could be accepted. */
export function countCandidates({ target, first, count, unused }: Range): number {
  // Several consecutive codes are harder to guess than one code, however many places are searched for them.
  if (typeof target.key.typed !== "number") return 1;
  return target.method === "totp" ? count : count - Math.min(unused - first, count);
}

/** Until the authenticator shows the first code that can be accepted. A counter token shows it at the next press of its button. */
export function waitForUnused({ target, unused, drift }: Range, now: number): number {
  return target.method === "hotp" ? 0 : Math.max(0, startOfStep(target.totp, unused - drift) - now);
}
