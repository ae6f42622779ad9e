// Creates keys with a new secret.
import { checkOptions, type Options } from "../check.ts";
import { generateSecret } from "../encoding/random.ts";
import { type Algorithm, checkAlgorithm, DIGEST_BYTES } from "../hmac/algorithm.ts";
import { checkInitialCounter, digitsOf, type HotpKey, periodOf, type TotpKey } from "./key.ts";
import { checkDomain, checkLabel } from "./label.ts";

/** The options of `createTotpKey`. */
export interface CreateTotpKeyOptions {
  /** The name of the service, as the app shows it: 1 to 255 characters. No colon, no control characters. */
  readonly issuer: string;
  /** The user's name at the service: 1 to 255 characters. No colon, no control characters. */
  readonly account: string;
  /** The domain of the service, like `example.com`, by which password managers find the entry. */
  readonly domain?: string | undefined;
  /** Default: `"SHA1"`, because many apps ignore any other and then show wrong codes. */
  readonly algorithm?: Algorithm | undefined;
  /** 6 to 10. Default: 6. */
  readonly digits?: number | undefined;
  /** Seconds per time step: 1 to 86,400. Default: 30 (RFC 6238 section 5.2). */
  readonly period?: number | undefined;
}

/** The options of `createHotpKey`. */
export interface CreateHotpKeyOptions extends Omit<CreateTotpKeyOptions, "period"> {
  /** The first counter: a safe integer. Default: 0. */
  readonly counter?: number | undefined;
}

const HOTP_OPTIONS: Options<CreateHotpKeyOptions> = {
  issuer: true,
  account: true,
  domain: true,
  algorithm: true,
  digits: true,
  counter: true,
};
const TOTP_OPTIONS: Options<CreateTotpKeyOptions> = {
  issuer: true,
  account: true,
  domain: true,
  algorithm: true,
  digits: true,
  period: true,
};

/**
 * Creates a TOTP key with a random secret as long as the digest: 20, 32 or 64 bytes (RFC 6238 section 5.1). Every field is written
 * out, so that a stored key never depends on a default.
 *
 * @example
 * ```ts
 * import { createTotpKey } from "otp-core";
 *
 * const key = createTotpKey({ issuer: "Example", account: "alice" });
 * console.log(key.type, key.algorithm, key.digits, key.period, key.secret.length); // totp SHA1 6 30 32
 * ```
 *
 * @throws OtpError `invalid-argument`; `random-unavailable` if the runtime has no cryptographic generator.
 */
export function createTotpKey(options: CreateTotpKeyOptions): TotpKey {
  checkOptions(options, TOTP_OPTIONS);
  const period = periodOf(options);
  return { type: "totp", ...common(options), period };
}

/**
 * Creates a HOTP key with a random secret as long as the digest. Use {@link createTotpKey} unless the token counts presses.
 *
 * @example
 * ```ts
 * import { createHotpKey } from "otp-core";
 *
 * const key = createHotpKey({ issuer: "Example", account: "alice", digits: 8 });
 * console.log(key.type, key.digits, key.counter); // hotp 8 0
 * ```
 *
 * @throws OtpError `invalid-argument`; `random-unavailable` if the runtime has no cryptographic generator.
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
