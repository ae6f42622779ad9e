import { canonicalBase32, decodeArgument, encodeBase32 } from "../encoding/base32.ts";
import type { OtpError } from "../errors.ts";
import type { Algorithm } from "../hmac/signer.ts";
import type { HotpKey, Key, TotpKey } from "../key/key.ts";
import { MAX_TIME_MS } from "../time.ts";
import type { Fault } from "./problem.ts";
import { type IssuerConflict, readNames } from "./read-names.ts";
import { decoded, type UriExtra, type UriParts } from "./split.ts";

/** A key as a URI carries it: every field of its type is written out. */
export type UriKey = Key & {
  /** What no key has, when there is any: `image`, `color`, `lock` and whatever else apps invent. Decoded. */
  readonly extra?: UriExtra;
};

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** The key that the parts of a URI make. */
export function readKey(parts: UriParts, issuerConflict: IssuerConflict | undefined, fault: Fault): UriKey {
  const { type, parameters } = parts;
  const { issuer, account, extra } = readNames(parts, issuerConflict, fault);
  const secret = readSecret(parameters.secret, fault);
  const algorithm = readAlgorithm(parameters.algorithm, fault);
  const steam = isSteam(parts, issuer, fault);
  const digits = steam
    ? readInteger(parameters.digits, "digits", 5, 5, 5, fault)
    : readInteger(parameters.digits, "digits", 6, 6, 10, fault);
  let key: Mutable<TotpKey & UriKey> | Mutable<HotpKey & UriKey>;
  if (type === "hotp") {
    key = { type, secret, algorithm, digits, counter: readCounter(parameters.counter, fault) };
    if (steam) fault("invalid-encoder", "encoder", "left out of a HOTP key");
  } else {
    key = {
      type: "totp",
      secret,
      algorithm,
      digits,
      period: readInteger(parameters.period, "period", 30, 1, 86400, fault),
    };
    const epoch = readInteger(parameters.epoch, "epoch", 0, 0, MAX_TIME_MS / 1000, fault);
    if (epoch !== 0) key.epoch = epoch;
    if (steam) key.encoder = "steam";
    if (steam && algorithm !== "SHA1") fault("invalid-algorithm", "algorithm", "SHA1 with the Steam encoder");
  }
  if (issuer !== undefined) key.issuer = issuer;
  if (account !== undefined) key.account = account;
  if (extra !== undefined) key.extra = extra;
  return key;
}

function readSecret(raw: string | undefined, fault: Fault): string {
  if (raw === undefined || raw === "") {
    fault("missing-secret", "secret", "given");
    return "";
  }
  const text = decoded(raw, "secret", fault);
  let secret: string;
  try {
    secret = canonicalBase32(text, "secret");
  } catch (error) {
    // Apps drop bits to spare that are not zero, whatever they are, so the codes of all are the same.
    const loose = decodedLoosely(text);
    if (loose !== undefined) fault("spare-bits", "secret", "base32 without spare bits that are not zero");
    // Nothing else is thrown at a text.
    else fault("invalid-secret", "secret", `${(error as OtpError).expected}`);
    return loose ?? "";
  }
  if (secret === "") fault("invalid-secret", "secret", "one byte or more");
  return secret;
}

function decodedLoosely(text: string): string | undefined {
  try {
    return encodeBase32(decodeArgument(text, "secret", "dropped"));
  } catch {
    return undefined;
  }
}

/** In whichever case and with whichever prefix: `sha256`, `SHA-256`, `HmacSHA256`. Another hash is never taken for SHA-1. */
const SPELLING = /^(?:HMAC-?)?SHA-?(1|256|512)$/i;

function readAlgorithm(raw: string | undefined, fault: Fault): Algorithm {
  if (raw === undefined || raw === "SHA1") return "SHA1";
  const bits = SPELLING.exec(decoded(raw, "algorithm", fault))?.[1];
  if (bits === undefined) fault("invalid-algorithm", "algorithm", "SHA1, SHA256 or SHA512");
  return `SHA${bits as "1" | "256" | "512"}`;
}

/** Apps write Steam Guard in one of four ways (the fourth is a scheme of its own); a code of five digits is nothing else. */
function isSteam({ type, parameters }: UriParts, issuer: string | undefined, fault: Fault): boolean {
  const { encoder } = parameters;
  if (encoder !== undefined && decoded(encoder, "encoder", fault).toLowerCase() !== "steam") {
    fault("invalid-encoder", "encoder", "steam or left out");
  }
  if (type === "steam" || encoder !== undefined) return true;
  return type === "totp" && parameters.digits === "5" && issuer === "Steam";
}

function readCounter(raw: string | undefined, fault: Fault): number {
  if (raw === undefined) fault("missing-counter", "counter", "given in a HOTP key");
  return readInteger(raw, "counter", 0, 0, Number.MAX_SAFE_INTEGER, fault);
}

/** Decimal digits and nothing else, of a number in its range: nothing is rounded and nothing clamped. */
function readInteger(
  raw: string | undefined,
  name: "digits" | "period" | "epoch" | "counter",
  absent: number,
  min: number,
  max: number,
  fault: Fault,
): number {
  if (raw === undefined) return absent;
  const plain = wholeNumber(raw);
  const value = Number.isNaN(plain) ? wholeNumber(decoded(raw, name, fault)) : plain;
  if (value >= min && value <= max) return value;
  fault(`invalid-${name}`, name, min === max ? `${min}` : `an integer from ${min} to ${max}`);
  return absent;
}

/** NaN for what is no decimal number as `String` writes it. */
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
