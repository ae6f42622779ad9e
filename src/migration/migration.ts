import { refuse } from "../check.ts";
import { decodeBase64, encodeBase64 } from "../encoding/base64.ts";
import { isOtpError } from "../errors.ts";
import type { Key } from "../key/key.ts";
import { STRICT } from "../uri/problem.ts";
import { decode } from "../uri/split.ts";
import { type MigrationSkip, readEntry, writeEntry } from "./account.ts";
import { MessageWriter, readMessage, type Value } from "./protobuf.ts";

/** Which QR code of a transfer this is. */
export interface MigrationBatch {
  /** The same for all QR codes of one transfer: 32 bits with a sign. */
  readonly id: number;
  /** From 0. */
  readonly index: number;
  /** How many QR codes the transfer has. */
  readonly size: number;
}

/** The content of a transfer. */
export interface Migration {
  readonly keys: readonly Key[];
  /** Accounts that no key can express (MD5, no secret), and which field is the reason. */
  readonly skipped: readonly MigrationSkip[];
  readonly batch: MigrationBatch;
}

const SCHEME = "otpauth-migration://offline";
/** Ten accounts with the longest names fit in half of this. */
const MAX_MIGRATION = 65_536;
const KEYS_PER_URI = 10;

// The fields of the payload as Google Authenticator writes them. The format is not published.
const ENTRY = 1;
const VERSION = 2;
const SIZE = 3;
const INDEX = 4;
const ID = 5;

/**
 * The keys of Google Authenticator's "transfer accounts": one QR code, or all QR codes of one transfer in any order. The format has
 * no period, so every TOTP key has 30 seconds. A name never costs a key: what a label cannot hold is repaired.
 *
 * @param uris - `otpauth-migration://offline?data=...`, at most 65536 characters. Or a list of all URIs of one transfer, each once.
 *
 * @example
 * ```ts
 * import { formatMigration, parseMigration } from "otp-core";
 *
 * const uris = formatMigration([{ type: "totp", secret: "GEZDGNBVGY3TQOJQ", account: "alice" }]);
 * const { keys, skipped, batch } = parseMigration(uris);
 * console.log(keys[0]?.account, skipped.length, batch.size); // alice 0 1
 * ```
 *
 * @throws OtpError `invalid-uri` for another kind of URI, an unreadable payload, or a list that is not one whole transfer.
 */
export function parseMigration(uris: string | readonly string[]): Migration {
  if (typeof uris === "string") return parseOne(uris);
  if (!Array.isArray(uris) || uris.length === 0) refuse("uris", "a URI or a list of URIs", "invalid-uri");
  // Not `map`, which skips holes.
  const parts = Array.from(uris, parseOne).sort((a, b) => a.batch.index - b.batch.index);
  const [{ batch }] = parts as [Migration];
  const whole = parts.every(
    ({ batch: { id, index, size } }, i) => id === batch.id && size === batch.size && index === i,
  );
  if (!whole || parts.length !== batch.size) refuse("uris", "all of one transfer, each once", "invalid-uri");
  return { keys: parts.flatMap(({ keys }) => keys), skipped: parts.flatMap(({ skipped }) => skipped), batch };
}

function parseOne(uri: unknown): Migration {
  if (typeof uri !== "string") refuse("uri", "a string", "invalid-uri");
  if (uri.length > MAX_MIGRATION) refuse("uri", `at most ${MAX_MIGRATION} characters long`, "invalid-uri");
  const data = /^otpauth-migration:\/\/offline\/?\?data=([^&#]*)$/i.exec(uri)?.[1];
  if (data === undefined) refuse("uri", `${SCHEME}?data=...`, "invalid-uri");
  const payload = decodeBase64(decode(data, "data", STRICT));
  if (payload === null) refuse("data", "base64", "invalid-uri");

  const keys: Key[] = [];
  const skipped: MigrationSkip[] = [];
  const batch = { id: 0, index: 0, size: 1 };
  const number = (value: Value): number => (typeof value === "number" ? value : Number.NaN);
  const read = readMessage(payload, (field, value) => {
    if (field === SIZE) batch.size = number(value) || 1;
    else if (field === INDEX) batch.index = number(value);
    else if (field === ID) batch.id = number(value);
    else if (field === ENTRY) {
      const entry = typeof value === "number" ? undefined : readEntry(value);
      if (entry === undefined) refuse("data", "a migration payload", "invalid-uri");
      if ("reason" in entry) skipped.push(entry);
      else keys.push(entry);
    }
  });
  const { id, index, size } = batch;
  if (!read || !Number.isSafeInteger(id) || !(index >= 0 && index < size && size <= MAX_MIGRATION)) {
    refuse("data", "a migration payload", "invalid-uri");
  }
  return { keys, skipped, batch };
}

/**
 * URIs for Google Authenticator's "transfer accounts", one for every ten keys. Each URI is the text of one QR code. The format has no
 * period other than 30, no digits other than 6 and 8, no epoch and no Steam Guard: such keys are refused. Whatever
 * {@link parseMigration} returns is accepted.
 *
 * @example
 * ```ts
 * import { createTotpKey, formatMigration } from "otp-core";
 *
 * const keys = Array.from({ length: 12 }, (_, i) => createTotpKey({ issuer: "Example", account: `user${i}` }));
 * const uris = formatMigration(keys);
 * console.log(uris.length, uris[0]?.slice(0, 33)); // 2 otpauth-migration://offline?data=
 * ```
 *
 * @throws OtpError `invalid-argument` or `invalid-secret`, with the place as `argument`, for example `keys[3].period`.
 */
export function formatMigration(keys: readonly Key[]): string[] {
  if (!Array.isArray(keys)) refuse("keys", "a list of keys");
  const entries = Array.from(keys as readonly Key[], entryOf);
  const size = Math.ceil(entries.length / KEYS_PER_URI);
  const id = checksum(entries);
  return Array.from({ length: size }, (_, index) => {
    const message = new MessageWriter();
    for (const entry of entries.slice(index * KEYS_PER_URI, (index + 1) * KEYS_PER_URI)) message.bytes(ENTRY, entry);
    const payload = message.number(VERSION, 1).number(SIZE, size).number(INDEX, index).number(ID, id).finish();
    const uri = `${SCHEME}?data=${encodeURIComponent(encodeBase64(payload))}`;
    if (uri.length > MAX_MIGRATION) refuse("keys", `of secrets that fit in ${MAX_MIGRATION} characters, ten at a time`);
    return uri;
  });
}

function entryOf(key: Key, index: number): Uint8Array {
  try {
    return writeEntry(key);
  } catch (error) {
    if (!isOtpError(error)) throw error;
    refuse(`keys[${index}].${error.argument}`, `${error.expected}`, error.code);
  }
}

/** 31 bits of the content (FNV-1a), so that different transfers have different ids, and the same transfer always the same one. */
function checksum(entries: readonly Uint8Array[]): number {
  let hash = 0x811c9dc5;
  for (const entry of entries) for (const byte of entry) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 1;
}
