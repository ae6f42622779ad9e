// The object that `import speakeasy from "speakeasy"` gives.
import { digest, type Hotp, hotp } from "./hotp.ts";
import { otpauthURL } from "./otpauth-url.ts";
import { generateSecret, generateSecretASCII } from "./secret.ts";
import { onUnguarded, type Totp, totp } from "./totp.ts";

/** The old name of {@link totp}. */
export const time: Totp = totp;
/** The old name of {@link hotp}. */
export const counter: Hotp = hotp;
/**
 * The old name of {@link generateSecret}.
 *
 * @deprecated Use `generateSecret`.
 */
export const generate_key: typeof generateSecret = generateSecret;
/**
 * The old name of {@link generateSecretASCII}.
 *
 * @deprecated Use `generateSecretASCII`.
 */
export const generate_key_ascii: typeof generateSecretASCII = generateSecretASCII;

/** All functions of speakeasy as one object, for `import speakeasy from`. */
const speakeasy: {
  readonly totp: Totp;
  readonly hotp: Hotp;
  readonly time: Totp;
  readonly counter: Hotp;
  /** The digest of a counter. */
  readonly digest: typeof digest;
  /** A new secret. */
  readonly generateSecret: typeof generateSecret;
  /** The text of a new secret. */
  readonly generateSecretASCII: typeof generateSecretASCII;
  /** @deprecated The old name of `generateSecret`. */
  readonly generate_key: typeof generateSecret;
  /** @deprecated The old name of `generateSecretASCII`. */
  readonly generate_key_ascii: typeof generateSecretASCII;
  /** The key URI. */
  readonly otpauthURL: typeof otpauthURL;
  /** Sets the listener that learns where a code can be used twice. */
  readonly onUnguarded: typeof onUnguarded;
} = {
  totp,
  hotp,
  time,
  counter,
  digest,
  generateSecret,
  generateSecretASCII,
  generate_key,
  generate_key_ascii,
  otpauthURL,
  onUnguarded,
};

export default speakeasy;
