/** Closed: adding a member is a minor release, removing one a major. */
export type OtpErrorCode =
  | "invalid-argument"
  | "invalid-secret"
  | "weak-secret"
  | "invalid-uri"
  | "invalid-key"
  | "invalid-file"
  | "random-unavailable"
  | "crypto-unavailable"
  | "signer-failed"
  | "key-unsealable"
  | "pepper-missing"
  | "store-failed"
  | "store-contention"
  | "store-uncertain"
  | "state-invalid"
  | "delivery-failed";

// A global symbol, so that the ESM and the CommonJS copy of the package recognise each other's errors (trap 76).
const BRAND = /* @__PURE__ */ Symbol.for("otp-core.OtpError");

/**
 * What a programmer got wrong (`invalid-*`, `weak-secret`) or what the environment broke (the others, with `cause`).
 * What a user typed is never an error but a verdict. The message holds neither a secret nor a code.
 *
 * Use {@link isOtpError} instead of `instanceof`: an application may hold two copies of the package.
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
  /** The argument or field that was refused. */
  readonly argument: string | undefined;
  /** What would have been right: type, range and unit. */
  readonly expected: string | undefined;
  /** What the environment threw. */
  declare readonly cause?: unknown;

  constructor(
    code: OtpErrorCode,
    message: string,
    details: { argument?: string | undefined; expected?: string | undefined; cause?: unknown } = {},
  ) {
    super(message);
    this.code = code;
    this.argument = details.argument;
    this.expected = details.expected;
    // Like Error's own: not enumerable, so that a logger does not serialise it unasked.
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
