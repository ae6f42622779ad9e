// Trusted devices: what is remembered of one, and its own small budget for wrong codes.

import {
  type Bucket,
  type BucketRate,
  EMPTY_BUCKET,
  leak,
  MAX_CLOCK_SKEW_MS,
  takeTurns,
  waitForTurn,
} from "../../attempts/leaky-bucket.ts";
import { MONTH_MS } from "../../attempts/policy.ts";
import { type Field, isMoment, isWhole, numberField } from "../../store/state-text.ts";
import { isLabel, labelField, readLabelField } from "../label.ts";
import { type Rotation, startRotation } from "./rotation.ts";
import { GENERATIONS, isDeviceId } from "./token.ts";

/** What is remembered of a trusted device. Moments are milliseconds since 1970. */
export interface Device {
  readonly device: string;
  readonly label: string | null;
  readonly trustedAt: number;
  /** When it was seen last, to the hour. `null`: never. */
  readonly seenAt: number | null;
  readonly expiresAt: number;
  readonly rotation: Rotation;
  /** Consecutive wrong codes on this device. */
  readonly failures: number;
  /** Wrong codes on this device over 30 days. No success empties it. */
  readonly monthly: Bucket;
}

/** Consecutive wrong codes that end a device. */
const MAX_CONSECUTIVE = 10;
/** A look at a device is stored once an hour, so that most requests only read. */
const SEEN_MS = 3_600_000;

export function newDevice(draw: Pick<Device, "device" | "label" | "expiresAt">, now: number): Device {
  return {
    ...draw,
    trustedAt: now,
    seenAt: null,
    rotation: startRotation(now),
    failures: 0,
    monthly: EMPTY_BUCKET,
  };
}

export function isAlive({ trustedAt, expiresAt }: Device, now: number): boolean {
  // A device from the far future was stored before the clock went back. It must not live for longer than it was trusted for.
  return now < expiresAt && trustedAt - now <= MAX_CLOCK_SKEW_MS;
}

/** The device as seen now. The same object if the last look is less than an hour ago. */
export function seeDevice(device: Device, now: number): Device {
  const { seenAt } = device;
  return seenAt !== null && Math.abs(now - seenAt) < SEEN_MS ? device : { ...device, seenAt: now };
}

/** A wrong code on a device. `null`: one too many, the device ends. */
export function countDeviceFailure(device: Device, maxFailures: number, now: number): Device | null {
  const rate: BucketRate = { limit: maxFailures, perMs: MONTH_MS };
  const failures = device.failures + 1;
  const monthly = takeTurns(leak(device.monthly, rate, now), rate, 1);
  if (failures >= MAX_CONSECUTIVE || waitForTurn(monthly, rate, now) > 0) return null;
  return { ...device, failures, monthly };
}

/** An accepted code on a device. The failures of the month stay, because they may be a thief's. */
export function countDeviceSuccess(device: Device): Device {
  return { ...device, failures: 0 };
}

// ---- text

export function deviceFields(device: Device): Field[] {
  const { rotation, monthly } = device;
  return [
    device.device,
    labelField(device.label),
    device.trustedAt,
    device.seenAt,
    device.expiresAt,
    rotation.current,
    rotation.currentAt,
    rotation.previous,
    rotation.previousUntil,
    rotation.successor,
    rotation.successorAt,
    device.failures,
    monthly.level,
    monthly.at,
    monthly.movedAt,
  ];
}

/** The caller compares the text of the result with the text that it came from. */
export function readDevice([device, label, ...rest]: readonly string[]): Device {
  const [trustedAt, seenAt, expiresAt, current, currentAt, previous, previousUntil, successor, successorAt, ...budget] =
    rest.map(numberField);
  const [failures, level, at, movedAt] = budget;
  return {
    device: String(device),
    label: readLabelField(label),
    trustedAt: trustedAt ?? Number.NaN,
    seenAt: seenAt ?? null,
    expiresAt: expiresAt ?? Number.NaN,
    rotation: {
      current: current ?? Number.NaN,
      currentAt: currentAt ?? Number.NaN,
      previous: previous ?? null,
      previousUntil: previousUntil ?? null,
      successor: successor ?? null,
      successorAt: successorAt ?? null,
    },
    failures: failures ?? Number.NaN,
    monthly: { level: level ?? Number.NaN, at: at ?? Number.NaN, movedAt: movedAt ?? null },
  };
}

/** Whether the decisions can have led here. */
export function isDevicePossible(device: Device): boolean {
  const { rotation, monthly } = device;
  const { current, currentAt, previous, previousUntil, successor, successorAt } = rotation;
  const moments = [device.trustedAt, device.seenAt, device.expiresAt, currentAt, previousUntil, successorAt];
  return (
    isDeviceId(device.device) &&
    isLabel(device.label) &&
    [...moments, monthly.at, monthly.movedAt].every(isMoment) &&
    isWhole(current, 0, GENERATIONS) &&
    (previous === null || isWhole(previous, 0, current - 1)) &&
    (successor === null || isWhole(successor, current + 1, GENERATIONS)) &&
    (previous === null) === (previousUntil === null) &&
    (successor === null) === (successorAt === null) &&
    isWhole(device.failures, 0, MAX_CONSECUTIVE - 1) &&
    isWhole(monthly.level, 0, Number.MAX_SAFE_INTEGER)
  );
}
