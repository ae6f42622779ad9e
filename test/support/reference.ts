import { createHmac } from "node:crypto";
import type { Algorithm } from "otp-core";
import { counterBytes } from "./vector-bytes.ts";

/** The truncated value of RFC 4226 section 5.3 once more, on node:crypto and as plainly as it is written there. */
export function referenceValue(secret: Uint8Array, algorithm: Algorithm, counter: number | bigint): number {
  const digest = createHmac(algorithm, secret).update(counterBytes(counter)).digest();
  const offset = (digest.at(-1) as number) & 15;
  return digest.readUInt32BE(offset) & 0x7fffffff;
}

/** The last digits of the value, in decimal. */
export function referenceDigits(value: number, digits: number): string {
  return String(value).padStart(10, "0").slice(-digits);
}

/** The value in base 26, the lowest character first. */
export function referenceSteam(value: number): string {
  const alphabet = "23456789BCDFGHJKMNPQRTVWXY";
  return [1, 26, 26 ** 2, 26 ** 3, 26 ** 4].map((weight) => alphabet[Math.floor(value / weight) % 26]).join("");
}
