// The error of this library. What a user typed is never an error but a refusal.

/**
 * What went wrong. Keep a default branch when you switch over the codes: a minor release may add one, and only a major release
 * removes one.
 */
export type OtpErrorCode =
  /** An argument has the wrong type or is out of range. `argument` and `expected` say which and why. */
  | "invalid-argument"
  /** A secret is empty, not base32, or of an impossible length. */
  | "invalid-secret"
  /** A secret or pepper is shorter than allowed. */
  | "weak-secret"
  /** `parseUri` or `parseMigration` was given something else. */
  | "invalid-uri"
  /** `parseKey` or `parseTotpKey` was given something else. */
  | "invalid-key"
  /** `importPskc` or `importCsv` was given something else, or the file is signed or encrypted with another key. */
  | "invalid-file"
  /** The runtime has no cryptographic random generator, or it failed. */
  | "random-unavailable"
  /** The runtime has no `crypto.subtle`, which `createKeyBox` and `webHmac` need. */
  | "crypto-unavailable"
  /** A signer threw, rejected, hung, or returned the wrong number of bytes. `cause` has its error. No code is accepted or counted. */
  | "signer-failed"
  /** A sealed key cannot be opened: its sealing key is missing or `open` failed. `cause` has its error. No code is accepted or counted. */
  | "key-unsealable"
  /** A record was written under a pepper that is not in the list. */
  | "pepper-missing"
  /** The store threw or rejected. `cause` has its error. */
  | "store-failed"
  /** The call did not get its turn: too many concurrent calls for one subject. */
  | "store-contention"
  /** A write failed, and it is not known whether it was applied. */
  | "store-uncertain"
  /** The store refused a write although the record is as expected. The row or table is probably missing. */
  | "store-refused"
  /** The stored record was not written by otp-core. */
  | "state-invalid"
  /** Every channel of `deliver` failed. `cause` has the last error, `resendAt` says when to try again. */
  | "delivery-failed";

/** The fields of an {@link OtpError}. */
export interface OtpErrorDetails {
  readonly argument?: string | undefined;
  readonly expected?: string | undefined;
  readonly resendAt?: number | undefined;
  readonly cause?: unknown;
}

// A global symbol, so that the ESM and the CommonJS copy of the package recognise each other's errors.
const BRAND = /* @__PURE__ */ Symbol.for("otp-core.OtpError");

/**
 * The only error class: a mistake of the program (`invalid-...`, `weak-secret`), or a failure of its environment (the other codes, with
 * `cause`). The message holds neither a secret nor a code.
 *
 * Use {@link isOtpError} instead of `instanceof`: two copies of the package may be loaded.
 *
 * @example
 * ```ts
 * import { isOtpError, totp } from "otp-core";
 *
 * try {
 *   totp({ secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits: 12 });
 * } catch (error) {
 *   if (isOtpError(error)) console.log(error.code, error.argument); // invalid-argument digits
 * }
 * ```
 */
export class OtpError extends Error {
  override readonly name = "OtpError";
  readonly code: OtpErrorCode;
  /** The argument or field that was refused, for example `keys.phone.period`. */
  readonly argument: string | undefined;
  /** What would have been accepted: type, range and unit. */
  readonly expected: string | undefined;
  /** `delivery-failed` only: when another code may be sent, in milliseconds since 1970. */
  readonly resendAt: number | undefined;
  /** What the environment threw. */
  declare readonly cause?: unknown;

  constructor(code: OtpErrorCode, message: string, details: OtpErrorDetails = {}) {
    super(message);
    this.code = code;
    this.argument = details.argument;
    this.expected = details.expected;
    this.resendAt = details.resendAt;
    // Not enumerable, like the cause of an Error, so that a logger does not serialise it by accident.
    if ("cause" in details) Object.defineProperty(this, "cause", { value: details.cause, configurable: true });
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * Whether `value` is an error of this library, from whichever copy of the package.
 *
 * @example
 * ```ts
 * import { isOtpError, OtpError } from "otp-core";
 *
 * console.log(isOtpError(new OtpError("invalid-key", "no type"))); // true
 * console.log(isOtpError(new Error("other"))); // false
 * ```
 */
export function isOtpError(value: unknown): value is OtpError {
  return typeof value === "object" && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
}
