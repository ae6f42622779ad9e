// The three objects of otplib 12.
import { type Authenticator, AuthenticatorObject } from "./authenticator.ts";
import { type Hotp, HotpObject } from "./hotp.ts";
import { OptionSet } from "./option-set.ts";
import { createDigest, createRandomBytes, keyDecoder, keyEncoder } from "./plugins.ts";
import { onUnguarded, type Totp, TotpObject } from "./totp.ts";

/** Codes of a counter (RFC 4226). A secret is text in the option `encoding`. */
export const hotp: Hotp = /* @__PURE__ */ new HotpObject(/* @__PURE__ */ new OptionSet({ createDigest }));

/** Codes of a moment (RFC 6238). A secret is text in the option `encoding`, which is ASCII by default. */
export const totp: Totp = /* @__PURE__ */ new TotpObject(/* @__PURE__ */ new OptionSet({ createDigest }));

/** Codes of a moment (RFC 6238). A secret is base32. */
export const authenticator: Authenticator = /* @__PURE__ */ new AuthenticatorObject(
  /* @__PURE__ */ new OptionSet({ createDigest, createRandomBytes, keyDecoder, keyEncoder }),
);

/** The names of the option `algorithm`, for programs that import them from `otplib/core`. */
export const HashAlgorithms = /* @__PURE__ */ Object.freeze({
  SHA1: "sha1",
  SHA256: "sha256",
  SHA512: "sha512",
} as const);

/** The names of the option `encoding`, for programs that import them from `otplib/core`. */
export const KeyEncodings = /* @__PURE__ */ Object.freeze({
  ASCII: "ascii",
  BASE64: "base64",
  HEX: "hex",
  LATIN1: "latin1",
  UTF8: "utf8",
} as const);

/** All of it as one object, for `import otplib from`. */
const otplib: {
  readonly authenticator: Authenticator;
  readonly totp: Totp;
  readonly hotp: Hotp;
  readonly HashAlgorithms: typeof HashAlgorithms;
  readonly KeyEncodings: typeof KeyEncodings;
  /** Sets the listener that learns where a code can be used twice. */
  readonly onUnguarded: typeof onUnguarded;
} = { authenticator, totp, hotp, HashAlgorithms, KeyEncodings, onUnguarded };

export default otplib;
