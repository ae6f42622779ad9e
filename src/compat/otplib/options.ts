// The options of otplib 12, and their checks.
import { refuse } from "../../check.ts";
import { MAX_TIME_MS } from "../../time.ts";
import { checkDigits, checkWindow } from "../code.ts";
import { createDigest, createHmacKey, createRandomBytes, keyDecoder, keyEncoder, repeatedHmacKey } from "./plugins.ts";

/** The hash under the HMAC. */
export type OtplibAlgorithm = "sha1" | "sha256" | "sha512";

/** How a secret is written. */
export type KeyEncoding = "ascii" | "base64" | "hex" | "latin1" | "utf8";

/** The options of otplib 12. The functions replace parts of it, and get and return text. */
export interface OtplibOptions {
  /** Default: `"sha1"`. */
  algorithm?: OtplibAlgorithm | undefined;
  /** 1 to 20. Default: 6. */
  digits?: number | undefined;
  /** Milliseconds since 1970. Default: now. */
  epoch?: number | undefined;
  /** Seconds. Default: 30. */
  step?: number | undefined;
  /** Steps to either side. Default: 0. */
  window?: number | [past: number, future: number] | undefined;
  /** Default: `"ascii"`. For `authenticator`: `"hex"`. */
  encoding?: KeyEncoding | undefined;
  /** The digest itself, in hexadecimal. The secret is not used then. */
  digest?: string | undefined;
  /** Signs a counter, in hexadecimal. Default: the HMAC of otp-core. */
  createDigest?: ((algorithm: OtplibAlgorithm, hmacKey: string, counter: string) => string) | undefined;
  /** The key of the HMAC in hexadecimal. The default of `totp` and `authenticator` repeats a short secret. */
  createHmacKey?: ((algorithm: OtplibAlgorithm, secret: string, encoding: KeyEncoding) => string) | undefined;
  /** Text of so many random bytes, for `generateSecret`. */
  createRandomBytes?: ((size: number, encoding: KeyEncoding) => string) | undefined;
  /** Base32 of a text in `encoding`. */
  keyEncoder?: ((secret: string, encoding: KeyEncoding) => string) | undefined;
  /** The text of base32, in `encoding`. */
  keyDecoder?: ((secret: string, encoding: KeyEncoding) => string) | undefined;
}

/** All options. Those that an object does not use are missing. */
export type Complete = {
  readonly [Name in Exclude<keyof OtplibOptions, "digest">]-?: NonNullable<OtplibOptions[Name]>;
} & { readonly digest?: string | undefined };

const FUNCTIONS = ["createDigest", "createHmacKey", "createRandomBytes", "keyEncoder", "keyDecoder"] as const;
const ALGORITHMS: readonly unknown[] = ["sha1", "sha256", "sha512"];
const ENCODINGS: readonly unknown[] = ["ascii", "base64", "hex", "latin1", "utf8"];

export function hotpOptions(given: OtplibOptions): Complete {
  const defaults = { algorithm: "sha1", createHmacKey, createDigest, digits: 6, encoding: "ascii" };
  return checkHotp({ ...defaults, ...given } as Complete);
}

export function totpOptions(given: OtplibOptions): Complete {
  const defaults = { ...totpDefaults(), encoding: "ascii" };
  return checkTotp({ ...defaults, ...given } as Complete);
}

export function authenticatorOptions(given: OtplibOptions): Complete {
  const defaults = { ...totpDefaults(), encoding: "hex", createRandomBytes, keyEncoder, keyDecoder };
  return checkTotp({ ...defaults, ...given } as Complete);
}

function totpDefaults() {
  const defaults = { algorithm: "sha1", createDigest, createHmacKey: repeatedHmacKey, digits: 6 };
  return { ...defaults, epoch: Date.now(), step: 30, window: 0 };
}

function checkHotp(options: Complete): Complete {
  for (const name of FUNCTIONS) {
    const value: unknown = options[name];
    if (name in options && typeof value !== "function") refuse(name, "a function");
  }
  checkDigits(options.digits);
  if (!ALGORITHMS.includes(options.algorithm)) refuse("algorithm", '"sha1", "sha256" or "sha512"');
  if (!ENCODINGS.includes(options.encoding)) refuse("encoding", '"ascii", "base64", "hex", "latin1" or "utf8"');
  return Object.freeze(options);
}

function checkTotp(options: Complete): Complete {
  windowOf(options);
  const { epoch, step } = options;
  if (!(typeof epoch === "number" && epoch >= 0 && epoch <= MAX_TIME_MS)) refuse("epoch", "milliseconds since 1970");
  if (!(typeof step === "number" && step > 0 && step <= MAX_TIME_MS)) refuse("step", "a number of seconds above 0");
  return checkHotp(options);
}

/**
 * The text that a function of the caller returned. A promise is refused, and nothing else happens to it: these objects are synchronous.
 */
export function checkText(returned: unknown, name: string): string {
  if (typeof returned === "string") return returned;
  Promise.resolve(returned).catch(() => {});
  return refuse(name, "a function that returns text");
}

/** The steps before and after the moment. otplib ignores the sign. */
export function windowOf({ window }: Complete): readonly [past: number, future: number] {
  const [past, future]: readonly unknown[] = Array.isArray(window) ? window : [window, window];
  if (typeof past !== "number" || typeof future !== "number") refuse("window", "a number or [number, number]");
  return [Math.floor(Math.abs(checkWindow(past))), Math.floor(Math.abs(checkWindow(future)))];
}
