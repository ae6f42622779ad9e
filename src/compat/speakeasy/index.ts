/**
 * The functions of speakeasy 2, with the same arguments and the same results, so that a program can leave speakeasy by changing one
 * import. It does not remember which codes were used, just as speakeasy does not. {@link onUnguarded} tells where that matters.
 *
 * @module
 */

export type { UnguardedListener, UnguardedPlace } from "../unguarded.ts";
export { digest, type Hotp, hotp } from "./hotp.ts";
export type { Encoding, HotpOptions, SpeakeasyAlgorithm, TotpOptions, VerifyOptions } from "./options.ts";
export { type OtpauthUrlOptions, otpauthURL } from "./otpauth-url.ts";
export { type GeneratedSecret, type GenerateSecretOptions, generateSecret, generateSecretASCII } from "./secret.ts";
export { counter, default, generate_key, generate_key_ascii, time } from "./speakeasy.ts";
export { onUnguarded, type Totp, totp } from "./totp.ts";
