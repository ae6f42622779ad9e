import type { AsyncSigner, Secret, SyncSecret } from "../hmac/signer.ts";
import { checkHotpKey, type HotpParameters, signerOf } from "../key/key.ts";
import { valuesFrom } from "./candidates.ts";
import { type CodeFormat, formatOf } from "./code-format.ts";
import { checkCounter } from "./counter.ts";

/**
 * The HOTP code of one counter (RFC 4226 section 5).
 *
 * @param counter - a safe integer, or a bigint up to 2^64 - 1.
 * @returns the code with its leading zeros; a promise of it when the key's handle signs asynchronously.
 *
 * @example
 * ```ts
 * import { hotp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * console.log(hotp(key, 0), hotp(key, 2n ** 64n - 1n)); // 755224 094451
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`; `signer-failed` when a handle of one's own failed.
 */
export function hotp(key: HotpParameters<SyncSecret>, counter: number | bigint): string;
export function hotp(key: HotpParameters<AsyncSigner>, counter: number | bigint): Promise<string>;
export function hotp(key: HotpParameters<Secret>, counter: number | bigint): string | Promise<string>;
export function hotp(key: HotpParameters<Secret>, counter: number | bigint): string | Promise<string> {
  checkHotpKey(key);
  checkCounter(counter);
  return codeAt(key, counter);
}

/** The code at a counter or time step: TOTP is HOTP from here on (RFC 6238 section 4.2). */
export function codeAt(key: Parameters<typeof signerOf>[0], counter: number | bigint): string | Promise<string> {
  const format = formatOf(key);
  const values = valuesFrom(signerOf(key), counter, 1);
  return values instanceof Promise ? written(values, format) : format.write(values[0] as number);
}

async function written(values: Promise<Int32Array>, format: CodeFormat): Promise<string> {
  return format.write((await values)[0] as number);
}
