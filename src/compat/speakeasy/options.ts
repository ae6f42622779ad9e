// The options of speakeasy 2, and how they are read.
import { refuse } from "../../check.ts";
import { isBytes } from "../../encoding/bytes.ts";
import { type Algorithm, readAlgorithm } from "../../hmac/algorithm.ts";
import { PreparedSigner } from "../../hmac/prepared.ts";
import { checkDigits } from "../code.ts";
import { textToBytes } from "../text-encoding.ts";
import { decodeLoosely } from "./base32.ts";

/** How a secret is written. speakeasy takes the other encodings of Node's buffers too. */
export type Encoding = "ascii" | "hex" | "base32" | "base64" | "base64url" | "utf8" | "latin1" | "binary" | "ucs2";

/** The hash under the HMAC. */
export type SpeakeasyAlgorithm = "sha1" | "sha256" | "sha512";

/** The options of speakeasy's `hotp`. */
export interface HotpOptions {
  /** Text in `encoding`, or bytes. */
  readonly secret: string | Uint8Array;
  /** Default: `"ascii"`. */
  readonly encoding?: Encoding | undefined;
  /** Default: `"sha1"`. */
  readonly algorithm?: SpeakeasyAlgorithm | undefined;
  /** 1 to 20. Default: 6. */
  readonly digits?: number | undefined;
  readonly counter: number;
  /** The digest itself. The secret is not used then. */
  readonly digest?: Uint8Array | undefined;
  /** @deprecated The old name of `secret`. */
  readonly key?: string | Uint8Array | undefined;
  /** @deprecated The old name of `digits`. */
  readonly length?: number | undefined;
}

/** The options of speakeasy's `totp`. */
export interface TotpOptions extends Omit<HotpOptions, "counter"> {
  /** Seconds since 1970. Default: now. */
  readonly time?: number | undefined;
  /** Seconds. Default: 30. */
  readonly step?: number | undefined;
  /** Seconds since 1970. Default: 0. */
  readonly epoch?: number | undefined;
  /** Default: the step of `time`. */
  readonly counter?: number | undefined;
  /** @deprecated The old name of `epoch`. */
  readonly initial_time?: number | undefined;
}

/** What `verify` and `verifyDelta` need in addition. */
export interface VerifyOptions {
  /** What the user typed, of any type. */
  readonly token: unknown;
  /** Default: 0. HOTP: so many counters ahead. TOTP: so many steps to either side. */
  readonly window?: number | undefined;
}

/** Options before they are checked: of any type. */
export type Unchecked = Readonly<Record<string, unknown>>;

export function checkObject(options: unknown): Unchecked {
  if (typeof options !== "object" || options === null) refuse("options", "an object");
  return options as Unchecked;
}

/**
 * A number, also as text. Text that is not a number is refused: speakeasy reads it as the counter 0 or, in `window`, as ten times what
 * it says.
 */
export function numberOf(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === "string" && /^\s*-?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value;
  if (!Number.isFinite(number)) refuse(name, "a number");
  return number as number;
}

/** A whole number. A fraction is cut off, as speakeasy does it. */
export function integerOf(value: unknown, name: string): number {
  return Math.trunc(numberOf(value, name) ?? 0);
}

/** The number of digits of generated codes. */
export function digitsOf({ digits, length }: Unchecked): number {
  return checkDigits((numberOf(digits, "digits") ?? numberOf(length, "length")) || 6);
}

export function signerOf({ secret, key, encoding, algorithm }: Unchecked): PreparedSigner {
  return new PreparedSigner(secretBytes(key ?? secret, encoding), algorithmOf(algorithm));
}

/** An empty secret is refused, because its codes are public. */
export function secretBytes(secret: unknown, encoding: unknown): Uint8Array {
  const bytes = typeof secret === "string" ? decode(secret, encoding || "ascii") : secret;
  if (!isBytes(bytes)) refuse("secret", "text or a Uint8Array");
  if (bytes.length === 0) refuse("secret", "one byte or more", "invalid-secret");
  return bytes;
}

function decode(secret: string, encoding: unknown): Uint8Array {
  if (encoding === "base32") return decodeLoosely(secret);
  const bytes = typeof encoding === "string" ? textToBytes(secret, encoding) : null;
  return bytes ?? refuse("encoding", '"ascii", "hex", "base32", "base64" or "utf8"');
}

function algorithmOf(algorithm: unknown): Algorithm {
  return readAlgorithm(algorithm || "sha1") ?? refuse("algorithm", '"sha1", "sha256" or "sha512"');
}
