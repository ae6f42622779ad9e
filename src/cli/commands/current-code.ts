import { type TotpParameters, timeRemainingMs, timeStep, totp } from "otp-core";
import { json } from "../command.ts";

/** What there is to know of a code at a moment. */
export interface Reading {
  readonly code: string;
  readonly step: number;
  readonly remainingMs: number;
  readonly expiresAt: number;
}

export function readingAt(key: TotpParameters, now: number): Reading {
  const remainingMs = timeRemainingMs(key, { now });
  return { code: totp(key, { now }), step: timeStep(key, { now }), remainingMs, expiresAt: now + remainingMs };
}

export function lineOf(reading: Reading, asJson: boolean): string {
  return asJson ? json(reading) : `${reading.code}\n`;
}
