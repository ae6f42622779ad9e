import type { Answer, Secret } from "../hmac/signer.ts";
import { checkHotpKey, type HotpParameters, signerOf } from "../key/key.ts";
import { computeValues } from "./candidates.ts";
import { type CodeFormat, formatOf } from "./code-format.ts";
import { checkCounter } from "./counter.ts";

/**
 * The HOTP code of one counter (RFC 4226 section 5). To check a code that a user typed, call `verifyHotp` instead.
 *
 * @param counter - a safe integer, or a bigint up to 2^64 - 1.
 * @returns the code with its leading zeros; a promise of it if the key has an `AsyncSigner`.
 *
 * @example
 * ```ts
 * import { hotp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * console.log(hotp(key, 0), hotp(key, 2n ** 64n - 1n)); // 755224 094451
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`; `signer-failed` if the signer of the key failed.
 */
export function hotp<S extends Secret>(key: HotpParameters<S>, counter: number | bigint): Answer<S, string> {
  checkHotpKey(key);
  checkCounter(counter);
  return codeAt(key, counter) as Answer<S, string>;
}

/** The code at a counter or time step: TOTP is HOTP from here on (RFC 6238 section 4.2). */
export function codeAt(key: Parameters<typeof signerOf>[0], counter: number | bigint): string | Promise<string> {
  const format = formatOf(key);
  const values = computeValues(signerOf(key), counter, 1);
  return values instanceof Promise ? writeLater(values, format) : format.write(values[0] as number);
}

async function writeLater(values: Promise<Int32Array>, format: CodeFormat): Promise<string> {
  return format.write((await values)[0] as number);
}
