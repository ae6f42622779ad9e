// Makes a key of the parts of a URI.
import { canonicalBase32, decodeArgument, encodeBase32 } from "../encoding/base32.ts";
import type { OtpError } from "../errors.ts";
import { type Algorithm, readAlgorithm as readAlgorithmName } from "../hmac/algorithm.ts";
import type { HotpKey, Key, TotpKey } from "../key/key.ts";
import { MAX_TIME_MS } from "../time.ts";
import type { Listener } from "./problem.ts";
import { type IssuerConflict, readNames } from "./read-names.ts";
import { decode, type UriExtra, type UriParts } from "./split.ts";

/** A key as a URI carries it: every field of its type is present. */
export type UriKey = Key & {
  /** Parameters that no key has, such as `image`. Decoded. The record has no prototype. */
  readonly extra?: UriExtra;
};

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** The key that the parts of a URI make. */
export function readKey(parts: UriParts, conflict: IssuerConflict, listener: Listener): UriKey {
  const { type, parameters, extra } = parts;
  const { issuer, account, domain } = readNames(parts, conflict, listener);
  const secret = readSecret(parameters.secret, listener);
  const algorithm = readAlgorithm(parameters.algorithm, listener);
  const steam = isSteam(parts, issuer, listener);
  const digits = steam
    ? readInteger(parameters.digits, "digits", 5, 5, 5, listener)
    : readInteger(parameters.digits, "digits", 6, 6, 10, listener);
  let key: Mutable<TotpKey & UriKey> | Mutable<HotpKey & UriKey>;
  if (type === "hotp") {
    key = { type, secret, algorithm, digits, counter: readCounter(parameters.counter, listener) };
    if (steam) listener.error("invalid-encoder", "encoder", "left out of a HOTP key");
  } else {
    key = {
      type: "totp",
      secret,
      algorithm,
      digits,
      period: readInteger(parameters.period, "period", 30, 1, 86400, listener),
    };
    const epoch = readInteger(parameters.epoch, "epoch", 0, 0, MAX_TIME_MS / 1000, listener);
    if (epoch !== 0) key.epoch = epoch;
    if (steam) key.encoder = "steam";
    if (steam && algorithm !== "SHA1") listener.error("invalid-algorithm", "algorithm", "SHA1 with the Steam encoder");
  }
  if (issuer !== undefined) key.issuer = issuer;
  if (account !== undefined) key.account = account;
  if (domain !== undefined) key.domain = domain;
  if (extra !== undefined) key.extra = extra;
  return key;
}

function readSecret(raw: string | undefined, listener: Listener): string {
  if (raw === undefined || raw === "") {
    listener.error("missing-secret", "secret", "given");
    return "";
  }
  const text = decode(raw, "secret", listener);
  let secret: string;
  try {
    secret = canonicalBase32(text, "secret");
  } catch (error) {
    // All apps drop spare bits, so they all show the same codes even if these bits are not zero.
    const loose = decodeLoosely(text);
    if (loose !== undefined) listener.error("spare-bits", "secret", "base32 whose spare bits are zero");
    // Text can throw nothing but an OtpError.
    else listener.error("invalid-secret", "secret", `${(error as OtpError).expected}`);
    return loose ?? "";
  }
  if (secret === "") listener.error("invalid-secret", "secret", "one byte or more");
  return secret;
}

function decodeLoosely(text: string): string | undefined {
  try {
    return encodeBase32(decodeArgument(text, "secret", "dropped"));
  } catch {
    return undefined;
  }
}

/** In any spelling. Another hash is never read as SHA-1. */
function readAlgorithm(raw: string | undefined, listener: Listener): Algorithm {
  if (raw === undefined) return "SHA1";
  const algorithm = readAlgorithmName(decode(raw, "algorithm", listener));
  if (algorithm === null) listener.error("invalid-algorithm", "algorithm", "SHA1, SHA256 or SHA512");
  return algorithm ?? "SHA1";
}

/** Apps write Steam Guard in one of four ways: the encoder, the type, the scheme, or the issuer with five digits. */
function isSteam({ type, parameters }: UriParts, issuer: string | undefined, listener: Listener): boolean {
  const { encoder } = parameters;
  if (encoder !== undefined && decode(encoder, "encoder", listener).toLowerCase() !== "steam") {
    listener.error("invalid-encoder", "encoder", "steam or left out");
  }
  if (type === "steam" || encoder !== undefined) return true;
  return type === "totp" && parameters.digits === "5" && issuer === "Steam";
}

function readCounter(raw: string | undefined, listener: Listener): number {
  if (raw === undefined) listener.error("missing-counter", "counter", "given in a HOTP key");
  return readInteger(raw, "counter", 0, 0, Number.MAX_SAFE_INTEGER, listener);
}

/** Decimal digits and nothing else, in the range: nothing is rounded and nothing is clamped. */
function readInteger(
  raw: string | undefined,
  name: "digits" | "period" | "epoch" | "counter",
  absent: number,
  min: number,
  max: number,
  listener: Listener,
): number {
  if (raw === undefined) return absent;
  const plain = wholeNumber(raw);
  const value = Number.isNaN(plain) ? wholeNumber(decode(raw, name, listener)) : plain;
  if (value >= min && value <= max) return value;
  listener.error(`invalid-${name}`, name, min === max ? `${min}` : `an integer from ${min} to ${max}`);
  return absent;
}

/** NaN for a text that is not a decimal number as `String` writes it. */
function wholeNumber(text: string): number {
  if (text === "" || (text.charCodeAt(0) === 0x30 && text.length > 1)) return Number.NaN;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
