import { checkOptions } from "../check.ts";
import { generateSecret } from "../encoding/random.ts";
import { type Algorithm, checkAlgorithm, DIGEST_BYTES } from "../hmac/algorithm.ts";
import { checkInitialCounter, digitsOf, type HotpKey, periodOf, type TotpKey } from "./key.ts";
import { checkDomain, checkLabel } from "./label.ts";

/** What a new TOTP key is for, and how its codes look. */
export interface CreateTotpKeyOptions {
  /** Who asks for the code: what the authenticator app shows first. No colon, no control characters. */
  readonly issuer: string;
  /** Whose code it is. No colon, no control characters. */
  readonly account: string;
  /** The domain of the service, like `example.com`, by which password managers find the entry. */
  readonly domain?: string | undefined;
  /** `"SHA1"` unless told: many apps ignore any other and then show wrong codes. */
  readonly algorithm?: Algorithm | undefined;
  /** 6 to 10, and 6 unless told. */
  readonly digits?: number | undefined;
  /** The time step in seconds: 1 to 86400, and 30 unless told (RFC 6238 section 5.2). */
  readonly period?: number | undefined;
}

/** What a new HOTP key is for, and how its codes look. */
export interface CreateHotpKeyOptions extends Omit<CreateTotpKeyOptions, "period"> {
  /** The first counter: a safe integer, and 0 unless told. */
  readonly counter?: number | undefined;
}

const HOTP_OPTIONS = {
  issuer: true,
  account: true,
  domain: true,
  algorithm: true,
  digits: true,
  counter: true,
} as const;
const TOTP_OPTIONS = {
  issuer: true,
  account: true,
  domain: true,
  algorithm: true,
  digits: true,
  period: true,
} as const;

/**
 * A new TOTP key with a secret as long as the digest, 20, 32 or 64 bytes (RFC 6238 section 5.1). Every field is written
 * out, so that a stored key means the same for ever.
 *
 * @example
 * ```ts
 * import { createTotpKey } from "otp-core";
 *
 * const key = createTotpKey({ issuer: "Example", account: "alice" });
 * console.log(key.type, key.algorithm, key.digits, key.period, key.secret.length); // totp SHA1 6 30 32
 * ```
 *
 * @throws OtpError `invalid-argument`; `random-unavailable` where there is no cryptographic generator.
 */
export function createTotpKey(options: CreateTotpKeyOptions): TotpKey {
  checkOptions(options, TOTP_OPTIONS);
  const period = periodOf(options);
  return { type: "totp", ...common(options), period };
}

/**
 * A new HOTP key with a secret as long as the digest. Prefer {@link createTotpKey} unless the token counts presses.
 *
 *
 * @example
 * ```ts
 * import { createHotpKey } from "otp-core";
 *
 * const key = createHotpKey({ issuer: "Example", account: "alice", digits: 8 });
 * console.log(key.type, key.digits, key.counter); // hotp 8 0
 * ```
 *
 * @throws OtpError `invalid-argument`; `random-unavailable` where there is no cryptographic generator.
 */
export function createHotpKey(options: CreateHotpKeyOptions): HotpKey {
  checkOptions(options, HOTP_OPTIONS);
  const counter = options.counter === undefined ? 0 : checkInitialCounter(options.counter);
  return { type: "hotp", ...common(options), counter };
}

function common(options: Omit<CreateTotpKeyOptions, "period">) {
  const algorithm = options.algorithm === undefined ? "SHA1" : checkAlgorithm(options.algorithm);
  const issuer = checkLabel(options.issuer, "issuer");
  const account = checkLabel(options.account, "account");
  const domain = options.domain === undefined ? {} : { domain: checkDomain(options.domain) };
  const digits = digitsOf(options);
  return { secret: generateSecret(DIGEST_BYTES[algorithm]), algorithm, digits, issuer, account, ...domain };
}
