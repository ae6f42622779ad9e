// What is remembered of one authenticator, and which steps and counters that leaves.

import { MAX_CLOCK_SKEW_MS } from "../attempts/leaky-bucket.ts";
import type { Secret } from "../hmac/signer.ts";
import { epochOf, type HotpKey, periodOf, type TotpKey } from "../key/key.ts";
import { MAX_DRIFT, WINDOW } from "../otp/options.ts";
import { decimal, isMoment, isWhole } from "../store/state-text.ts";

/** The last accepted step of a TOTP key. */
export interface TotpPosition {
  readonly method: "totp";
  readonly step: number;
  /**
   * The moment at which the step ended, in milliseconds since 1970. A step is the number of another moment once the period or the
   * epoch of the key has changed. The moment stays what it is.
   */
  readonly endsAt: number;
  /** Of the key that was accepted, in seconds. */
  readonly period: number;
  /** By how many steps the user's clock is ahead. */
  readonly drift: number;
  /** The drift at the last resync, from which `learnDrift.max` counts. */
  readonly resyncDrift: number;
}

/** The next expected counter of a HOTP key. */
export interface HotpPosition {
  readonly method: "hotp";
  readonly counter: number;
}

export type Position = TotpPosition | HotpPosition;

/**
 * A counter so close below the last accepted one is refused, whatever its moment is. An epoch that moves to a later time by minutes
 * makes the same counters, and so the same codes, come again.
 */
const REUSE_DISTANCE = 3000;

/** The period and the epoch of a key, written out, in seconds. */
export interface StepTimes {
  readonly period: number;
  readonly epoch: number;
}

export function stepTimesOf(key: TotpKey<Secret>): StepTimes {
  return { period: periodOf(key), epoch: epochOf(key) };
}

/** The moment at which a step begins, in milliseconds since 1970. */
export function startOfStep({ period, epoch }: StepTimes, step: number): number {
  return (epoch + step * period) * 1000;
}

/** The position after a step was accepted. */
export function positionAfter(times: StepTimes, step: number, drift = 0, resyncDrift = 0): TotpPosition {
  return { method: "totp", step, endsAt: startOfStep(times, step + 1), period: times.period, drift, resyncDrift };
}

/**
 * The first step that may be accepted: it begins when the last accepted one has ended, or later.
 *
 * @param usedUntil - codes of steps that began before this moment are used up, whatever the key.
 * @param highest - the last step of the search.
 */
export function firstUnusedStep(
  { period, epoch }: StepTimes,
  position: TotpPosition | null,
  usedUntil: number | null,
  highest: number,
): number {
  const moment = Math.max(position?.endsAt ?? 0, usedUntil ?? 0);
  const first = Math.max(0, Math.ceil((moment - epoch * 1000) / (period * 1000)));
  if (position === null || highest < position.step - REUSE_DISTANCE) return first;
  return Math.max(first, position.step + 1);
}

/** The next expected counter. It only grows, whichever of the two is behind. */
export function nextCounter(key: HotpKey<Secret>, position: HotpPosition | null): number {
  return Math.max(position?.counter ?? 0, key.counter ?? 0);
}

// In a record a position is one field: its parts with a space between them.

export function writePosition(position: Position): string {
  if (position.method === "hotp") return `hotp ${decimal(position.counter)}`;
  const { step, endsAt, period, drift, resyncDrift } = position;
  return `totp ${decimal(step)} ${decimal(endsAt)} ${period} ${drift} ${resyncDrift}`;
}

/** @param parts - those of a record, of which the first is the name. `null`: no decision can have led here. */
export function readPositionFields(parts: readonly string[]): Position | null {
  const [, method] = parts;
  const first = Number(parts[2]);
  if (method === "hotp") {
    // The next counter after the last one is 2^53, which is exact though not safe.
    const possible = parts.length === 3 && (isWhole(first, 1, Number.MAX_SAFE_INTEGER) || parts[2] === String(2 ** 53));
    return possible ? { method, counter: first } : null;
  }
  if (method !== "totp" || parts.length !== 7) return null;
  const [endsAt, period] = [Number(parts[3]), Number(parts[4])];
  const [drift, resyncDrift] = [Number(parts[5]), Number(parts[6])];
  const possible =
    isWhole(first, 0, Number.MAX_SAFE_INTEGER) &&
    isMoment(endsAt) &&
    isWhole(period, 1, 86_400) &&
    isWhole(drift, -MAX_DRIFT, MAX_DRIFT) &&
    isWhole(resyncDrift, -MAX_DRIFT, MAX_DRIFT);
  return possible ? { method, step: first, endsAt, period, drift, resyncDrift } : null;
}

/** All positions end. Returns the moment before which every code is used up then, whatever its key. */
export function endPositions(positions: readonly (Position | null)[], usedUntil: number | null, now: number): number {
  // A step that was accepted early may end a little later than now. A position far in the future must not lock the user out.
  const ends = endsOf(positions, ({ endsAt }) => endsAt <= now + MAX_CLOCK_SKEW_MS);
  return Math.max(now, usedUntil ?? 0, ...ends);
}

/**
 * The moment at which the last accepted step of these positions ends. 0: none was accepted. A step counts if a window can reach it now,
 * however long it is.
 */
export function lastEnd(positions: readonly (Position | null)[], now: number): number {
  const isReachable = ({ endsAt, period }: TotpPosition) => {
    const periodMs = period * 1000;
    return endsAt - periodMs <= now + Math.max(MAX_CLOCK_SKEW_MS, WINDOW.max * periodMs);
  };
  return Math.max(0, ...endsOf(positions, isReachable));
}

function endsOf(positions: readonly (Position | null)[], isCounted: (position: TotpPosition) => boolean): number[] {
  return positions.flatMap((position) => (position?.method === "totp" && isCounted(position) ? [position.endsAt] : []));
}
