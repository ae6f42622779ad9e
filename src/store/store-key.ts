// The names under which stores keep records.
import { refuse } from "../check.ts";
import { lengthPrefixed } from "../encoding/length-prefixed.ts";
import { utf8Length } from "../encoding/utf8.ts";
import { digest } from "../hmac/hash/hash.ts";
import { hashOf } from "../hmac/hash/hashes.ts";
import type { RecordKind } from "./store.ts";

const HEX = "0123456789abcdef";
const HEX_LENGTH = 64;
/** The code units of the last key. */
const units: number[] = [];

/**
 * `<prefix>.<kind>.<hex SHA-256 of the length-prefixed UTF-8 ids>`: plain ASCII, at most 100 characters, without a colon, which
 * NATS does not take. No collation, padding, case folding or NUL of any store can make one key of two ids, and the store learns
 * no id.
 *
 * @param ids - texts that `checkIdentifier` has accepted.
 */
export function storeKey(prefix: string, kind: RecordKind, ids: readonly string[]): string {
  const hash = hashOf("SHA256");
  digest(hash, hash.initial, 0, lengthPrefixed(ids), hash.digest);
  const head = `${prefix}.${kind}.`;
  units.length = head.length + HEX_LENGTH;
  for (let i = 0; i < head.length; i++) units[i] = head.charCodeAt(i);
  for (let i = 0; i < HEX_LENGTH; i++) {
    units[head.length + i] = HEX.charCodeAt(((hash.digest[i >> 3] as number) >>> (~i << 2)) & 15);
  }
  // Made in one call and not concatenated: V8 stores a flat text in a fraction of the memory.
  return String.fromCharCode.apply(null, units);
}

/** The prefix of all store keys: `"otp1"` by default. It is short, so that every store key has at most 100 characters. */
export function checkPrefix(value: unknown): string {
  if (value === undefined) return "otp1";
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]{1,24}$/.test(value)) {
    refuse("prefix", "1 to 24 characters of A-Z, a-z, 0-9, _ and -");
  }
  return value;
}

const MAX_LENGTH = 1024;

/** The application's own id of a user: it never changes, and it is never taken from the request. */
export function checkSubject(value: unknown): string {
  return checkIdentifier(value, "subject");
}

/** A text that is part of a store key or of a digest: a subject, a purpose, the name of a limiter. */
export function checkIdentifier(value: unknown, argument: string): string {
  if (typeof value !== "string" || value.length > MAX_LENGTH || utf8Length(value) <= 0) {
    refuse(argument, `well-formed text of 1 to ${MAX_LENGTH} characters`);
  }
  return value;
}
