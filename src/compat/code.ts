// Codes of counters, without the limits that the pure functions of `otp-core` have.
import { refuse } from "../check.ts";
import type { PreparedSigner } from "../hmac/prepared.ts";
import { truncateWords } from "../otp/truncate.ts";

/** A counter as the two halves of its eight bytes, which are signed. */
export type Halves = readonly [high: number, low: number];

/** The value of a code: its digits as a number. */
export function valueAt(signer: PreparedSigner, [high, low]: Halves, digits: number): number {
  return truncateWords(signer.signCounter(high, low)) % 10 ** digits;
}

export function codeText(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

export function counterBytes([high, low]: Halves): Uint8Array {
  return Uint8Array.of(high >> 24, high >> 16, high >> 8, high, low >> 24, low >> 16, low >> 8, low);
}

/** More than any code has. A value has 31 bits, so that further digits are zeros. */
const MAX_DIGITS = 20;
/** 3.5 days of 30 seconds. A greater number is not a window but a mistake, and would keep the process busy. */
const MAX_WINDOW = 10_000;

export function checkDigits(digits: number): number {
  if (!(Number.isInteger(digits) && digits >= 1 && digits <= MAX_DIGITS)) {
    refuse("digits", `an integer from 1 to ${MAX_DIGITS}`);
  }
  return digits;
}

export function checkWindow(window: number): number {
  if (!(Math.abs(window) <= MAX_WINDOW)) refuse("window", `at most ${MAX_WINDOW} steps`);
  return window;
}
