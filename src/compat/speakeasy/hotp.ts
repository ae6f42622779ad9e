// speakeasy's codes of a counter.
import { truncate } from "../../otp/truncate.ts";
import { checkDigits, checkWindow, codeText, counterBytes, type Halves, valueAt } from "../code.ts";
import {
  checkObject,
  digitsOf,
  type HotpOptions,
  integerOf,
  numberOf,
  signerOf,
  type Unchecked,
  type VerifyOptions,
} from "./options.ts";

/** speakeasy's `hotp`. */
export interface Hotp {
  /** The code of `counter`. */
  (options: HotpOptions): string;
  /** Whether the code belongs to `counter` or to one of the next `window` counters. Store the counter that follows an accepted one. */
  verify(options: HotpOptions & VerifyOptions): boolean;
  /** How far above `counter` the code was found. */
  verifyDelta(options: HotpOptions & VerifyOptions): { readonly delta: number } | undefined;
}

/**
 * The digest of a counter, which becomes a code by truncation. speakeasy returns a `Buffer`.
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`.
 *
 * @example
 * ```ts
 * import { digest } from "otp-core/compat/speakeasy";
 *
 * console.log(digest({ secret: "12345678901234567890", counter: 0 }).length); // 20
 * ```
 */
export function digest(options: HotpOptions): Uint8Array {
  const checked = checkObject(options);
  return signerOf(checked).sign(counterBytes(halvesOf(numberOf(checked.counter, "counter") ?? 0)));
}

/**
 * Codes of a counter (RFC 4226), with speakeasy's options.
 *
 * @example
 * ```ts
 * import { hotp } from "otp-core/compat/speakeasy";
 *
 * const options = { secret: "12345678901234567890", counter: 7 };
 * console.log(hotp(options)); // 162583
 * console.log(hotp.verifyDelta({ ...options, counter: 5, token: "162583", window: 3 })); // { delta: 2 }
 * console.log(hotp.verify({ ...options, token: "no code" })); // false
 * ```
 */
export const hotp: Hotp = /* @__PURE__ */ Object.assign((options: HotpOptions) => generate(checkObject(options)), {
  verify: (options: HotpOptions & VerifyOptions) => verifyFrom(checkObject(options)) !== undefined,
  verifyDelta: (options: HotpOptions & VerifyOptions) => verifyFrom(checkObject(options)),
});

function verifyFrom(options: Unchecked): { readonly delta: number } | undefined {
  const window = checkWindow(integerOf(options.window, "window"));
  const index = findCode(options, integerOf(options.counter, "counter"), window + 1);
  return index === null ? undefined : { delta: index };
}

/** The code of the options. TOTP passes its step as `counter`. */
export function generate(options: Unchecked): string {
  const digits = digitsOf(options);
  if (options.digest) return codeOfDigest(options.digest, digits);
  const counter = numberOf(options.counter, "counter") ?? 0;
  return codeText(valueAt(signerOf(options), halvesOf(counter), digits), digits);
}

/** How far above `first` the token was found, or `null`. All counters are computed, wherever the match is. */
export function findCode(options: Unchecked, first: number, count: number): number | null {
  const signer = options.digest ? null : signerOf(options);
  const digits = digitsOf(options);
  // speakeasy ignores `length` here, as far as the token is concerned.
  const typed = readToken(options.token, checkDigits(numberOf(options.digits, "digits") || 6));
  if (typed < 0) return null;
  let found: number | null = null;
  for (let i = 0; i < count; i++) {
    const value =
      signer === null ? Number(codeOfDigest(options.digest, digits)) : valueAt(signer, halvesOf(first + i), digits);
    if (value === typed) found ??= i;
  }
  return found;
}

function codeOfDigest(digest: unknown, digits: number): string {
  const value = Number(truncate(digest as Uint8Array, 10));
  return codeText(value % 10 ** digits, digits);
}

/** The value of a token, or -1. Digits only: speakeasy also accepts `+47164` and `47164x` for `047164`. */
function readToken(token: unknown, digits: number): number {
  if (typeof token !== "string" && typeof token !== "number") return -1;
  const text = String(token);
  return text.length === digits && /^\d+$/.test(text) ? Number(text) : -1;
}

/** speakeasy signs the last 32 bits of a counter, with their sign. */
function halvesOf(counter: number): Halves {
  const low = counter | 0;
  return [low >> 31, low];
}
