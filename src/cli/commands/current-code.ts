// The code of a TOTP key at a moment, and how it is printed.

import type { TotpParameters } from "otp-core";
import { decodeBase32, timeRemainingMs, timeStep, totp } from "otp-core";
import { json } from "../output.ts";

export interface CurrentCode {
  readonly code: string;
  readonly step: number;
  readonly remainingMs: number;
  readonly expiresAt: number;
}

export function currentCode(key: TotpParameters, now: number): CurrentCode {
  const remainingMs = timeRemainingMs(key, { now });
  return { code: totp(key, { now }), step: timeStep(key, { now }), remainingMs, expiresAt: now + remainingMs };
}

export function formatCode(current: CurrentCode, asJson: boolean): string {
  return asJson ? json(current) : `${current.code}\n`;
}

/** What a code is computed from, one fact per line, for `--verbose`. */
export function explainCode(key: Pick<TotpParameters, "secret">, facts: Readonly<Record<string, string>>): string {
  const bytes = Array.from(decodeBase32(key.secret), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const lines = Object.entries({ "hex secret": bytes, "base32 secret": key.secret, ...facts });
  return lines.map(([name, fact]) => `${`${name}:`.padEnd(15)} ${fact}\n`).join("");
}
