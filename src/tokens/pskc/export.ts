/** Writes PSKC files (RFC 6030). */
import { checkInteger, refuse } from "../../check.ts";
import { isOtpError } from "../../errors.ts";
import { secretBytes } from "../../hmac/secret.ts";
import {
  algorithmOf,
  checkHotpKey,
  checkInitialCounter,
  checkWholeKey,
  digitsOf,
  epochOf,
  type Key,
  periodOf,
} from "../../key/key.ts";
import { checkLabel, isPrintable } from "../../key/label.ts";
import { MAX_DRIFT, MAX_SECRET_BYTES } from "../result.ts";
import { PSKC } from "../xml/path.ts";
import { checkPskcOptions, type ImportPskcOptions } from "./options.ts";
import { createSealer } from "./sealer.ts";

/** A key to write, with what is known of its token. An `ImportedKey` is one. */
export interface ExportedKey {
  /** HOTP or TOTP, with its secret as text. Without an epoch: a file cannot hold one. */
  readonly key: Key;
  /** 1 to 255 characters. Default: none. */
  readonly serial?: string | null | undefined;
  /** 1 to 255 characters. Default: none. */
  readonly manufacturer?: string | null | undefined;
  /** 1 to 255 characters. Default: none. */
  readonly model?: string | null | undefined;
  /** By how many steps the clock of the token is ahead: -3000 to 3000. Default: 0. */
  readonly drift?: number | undefined;
  /** The key must not be used before, in milliseconds since 1970. Default: no limit. */
  readonly startsAt?: number | null | undefined;
  /** The key must not be used after, in milliseconds since 1970. Default: no limit. */
  readonly expiresAt?: number | null | undefined;
}

/**
 * Writes a PSKC file (RFC 6030). Give `preSharedKey` or `passphrase`: without them the file holds the secrets in clear.
 * Encrypted files use AES-CBC and HMAC-SHA-1, which every reader of PSKC knows; a pass phrase takes about a second.
 *
 * A key's issuer and account are written as `Issuer` and `FriendlyName`. Its domain is not written.
 *
 * @example
 * ```ts
 * import { createHotpKey } from "otp-core";
 * import { exportPskc } from "otp-core/tokens";
 *
 * const key = createHotpKey({ issuer: "Example", account: "alice" });
 * const file = await exportPskc([{ key, serial: "1001" }], { preSharedKey: new Uint8Array(16).fill(7) });
 * console.log(file.includes("aes128-cbc"), file.includes("PlainValue>1")); // true false
 * ```
 *
 * @returns a promise that rejects with OtpError `invalid-argument` or `invalid-secret`, with the place as `argument`, for example
 * `keys[3].period`; `crypto-unavailable` for an encrypted file without `crypto.subtle`; `random-unavailable`.
 */
export async function exportPskc(keys: readonly ExportedKey[], options: ImportPskcOptions = {}): Promise<string> {
  checkPskcOptions(options);
  if (options.preSharedKey !== undefined && options.passphrase !== undefined) {
    refuse("passphrase", "left out when preSharedKey is given");
  }
  if (!Array.isArray(keys)) refuse("keys", "a list of keys");
  const entries = Array.from(keys as readonly ExportedKey[], readEntry);
  const sealer = await createSealer(options);
  const packages: string[] = [];
  for (const { start, secret, end } of entries) packages.push(start + (await sealer.seal(secret)) + end);
  const start = `<?xml version="1.0" encoding="UTF-8"?>\n<KeyContainer Version="1.0" xmlns="${PSKC}"`;
  const namespace = sealer.header === "" ? "" : ' xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"';
  return `${start}${namespace}>\n${sealer.header}${packages.join("")}</KeyContainer>\n`;
}

/** A key package in three parts, of which the second one is not written yet. */
interface Entry {
  readonly start: string;
  readonly secret: Uint8Array;
  readonly end: string;
}

function readEntry(entry: ExportedKey, index: number): Entry {
  try {
    if (typeof entry !== "object" || entry === null) refuse("entry", "an object with a key");
    return writeEntry(entry, index + 1);
  } catch (error) {
    if (!isOtpError(error)) throw error;
    refuse(`keys[${index}].${error.argument}`, `${error.expected}`, error.code);
  }
}

/** The last moment of the year 9999, which is the last that a date of four digits can name. */
const MAX_DATE_MS = 253_402_300_799_999;

function writeEntry(
  { key, serial, manufacturer, model, drift = 0, startsAt, expiresAt }: ExportedKey,
  id: number,
): Entry {
  checkWholeKey(key);
  const secret = secretBytes(typeof key.secret === "string" ? key.secret : refuse("secret", "base32 text"));
  if (secret.length > MAX_SECRET_BYTES) refuse("secret", `at most ${MAX_SECRET_BYTES} bytes long`);
  const algorithm = algorithmOf(key.algorithm, undefined);
  const suite = algorithm === "SHA1" ? "" : `<Suite>HMAC-${algorithm}</Suite>`;
  const device = [
    writeText("Manufacturer", manufacturer, "manufacturer"),
    writeText("SerialNo", serial, "serial"),
    writeText("Model", model, "model"),
    writeDate("StartDate", startsAt, "startsAt"),
    writeDate("ExpiryDate", expiresAt, "expiresAt"),
  ].join("");
  const issuer = key.issuer === undefined ? null : checkLabel(key.issuer, "issuer");
  const account = key.account === undefined ? null : checkLabel(key.account, "account");
  const format = `${suite}<ResponseFormat Length="${digitsOf(key)}" Encoding="DECIMAL"/>`;
  const parameters = `<AlgorithmParameters>${format}</AlgorithmParameters>`;
  const data = writeMovingFactor(key, checkInteger(drift, "drift", -MAX_DRIFT, MAX_DRIFT));
  const start = [
    "  <KeyPackage>",
    `    <DeviceInfo>${device}</DeviceInfo>`,
    `    <Key Id="${id}" Algorithm="${PSKC}:${key.type}">`,
    `      ${writeText("Issuer", issuer, "issuer")}${parameters}${writeText("FriendlyName", account, "account")}`,
    "      <Data><Secret>",
  ];
  return { start: start.join("\n"), secret, end: `</Secret>${data}</Data>\n    </Key>\n  </KeyPackage>\n` };
}

function writeText(name: string, value: string | null | undefined, argument: string): string {
  return value === null || value === undefined ? "" : `<${name}>${escapeText(checkText(value, argument))}</${name}>`;
}

function writeDate(name: string, value: number | null | undefined, argument: string): string {
  if (value === null || value === undefined) return "";
  // The canonical form of XML Schema, which RFC 6030 section 4.3.1 asks for, has no trailing zeros.
  const text = new Date(checkInteger(value, argument, 0, MAX_DATE_MS)).toISOString().replace(/\.?0+Z/, "Z");
  return `<${name}>${text}</${name}>`;
}

function writeMovingFactor(key: Key, drift: number): string {
  if (key.type === "hotp") {
    checkHotpKey(key);
    return writeInteger("Counter", key.counter === undefined ? 0 : checkInitialCounter(key.counter));
  }
  if (key.encoder !== undefined) refuse("encoder", "left out: a PSKC file cannot hold Steam Guard");
  if (epochOf(key) !== 0) refuse("epoch", "0 or left out: a PSKC file cannot hold another");
  return writeInteger("TimeInterval", periodOf(key)) + (drift === 0 ? "" : writeInteger("TimeDrift", drift));
}

function writeInteger(name: string, value: number): string {
  return `<${name}><PlainValue>${value}</PlainValue></${name}>`;
}

/** XML 1.0 section 2.2 has no place for control characters, U+FFFE and U+FFFF. */
function checkText(value: unknown, argument: string): string {
  const isText = typeof value === "string" && value.length >= 1 && value.length <= 255;
  if (!isText || !isPrintable(value) || /[\ufffe\uffff]/.test(value)) {
    refuse(argument, "text of 1 to 255 characters without control characters");
  }
  return value;
}

function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
