/**
 * The objects of otplib 12, with the same methods, options and results, so that a program can leave otplib by changing one import. It does
 * not remember which codes were used, just as otplib does not. {@link onUnguarded} tells where that matters.
 *
 * @module
 */

export type { UnguardedListener, UnguardedPlace } from "../unguarded.ts";
export type { Authenticator } from "./authenticator.ts";
export type { Hotp } from "./hotp.ts";
export type { Configurable } from "./option-set.ts";
export type { KeyEncoding, OtplibAlgorithm, OtplibOptions } from "./options.ts";
export { authenticator, default, HashAlgorithms, hotp, KeyEncodings, totp } from "./otplib.ts";
export { onUnguarded, type Totp, type TotpMethods } from "./totp.ts";
