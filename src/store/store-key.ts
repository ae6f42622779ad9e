import { refuse } from "../check.ts";
import { lengthPrefixed } from "../encoding/length-prefixed.ts";
import { utf8Length } from "../encoding/utf8.ts";
import { digest } from "../hmac/hash.ts";
import { hashOf } from "../hmac/hashes.ts";

/** What a record is about; one store serves all of them. */
export type RecordKind = "guard" | "passcode" | "recovery" | "limiter";

const MAX_ID_LENGTH = 1024;

/** An identifier of the application: immutable and its own, never what a client sends. */
export function checkId(value: unknown, argument: string): string {
  if (typeof value !== "string" || value.length > MAX_ID_LENGTH || utf8Length(value) <= 0) {
    refuse(argument, `well-formed text of 1 to ${MAX_ID_LENGTH} characters`);
  }
  return value;
}

/** "otp1" unless told; short, so that every store key stays under 100 ASCII characters. */
export function checkPrefix(value: unknown): string {
  if (value === undefined) return "otp1";
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]{1,24}$/.test(value)) {
    refuse("prefix", "1 to 24 characters of A-Z, a-z, 0-9, _ and -");
  }
  return value;
}

/**
 * `<prefix>:<kind>:<hex SHA-256 of the length-prefixed UTF-8 parts>`: whatever the parts hold, the key is plain ASCII of one
 * length. So no collation, padding, case or NUL of any store can make two ids one, and the store learns no id.
 */
export function storeKey(prefix: string, kind: RecordKind, parts: readonly string[]): string {
  // checkId has seen every part, so it has UTF-8.
  const bytes = lengthPrefixed(parts);
  const hash = hashOf("SHA256");
  digest(hash, hash.initial, 0, bytes, hash.digest);
  const hex = Array.from(hash.digest, (word) => (word >>> 0).toString(16).padStart(8, "0"));
  // Joined and not added up: a flat text takes a fraction of the memory.
  return [prefix, kind, hex.join("")].join(":");
}
