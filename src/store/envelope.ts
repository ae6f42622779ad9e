import { encodeBase32 } from "../encoding/base32.ts";
import { randomBytes } from "../encoding/random.ts";
import { OtpError } from "../errors.ts";

/** How many of the last writes a record names, newest first. */
const REMEMBERED = 4;
/** 96 bits in base32. */
const NONCE = /^[A-Z2-7]{20}$/;

/** What a store holds under a key: a machine's state, and the nonces of the last writes that led to it. */
export interface StoredRecord {
  readonly nonces: readonly string[];
  readonly state: string | null;
}

export const ABSENT: StoredRecord = { nonces: [], state: null };

export function freshNonce(): string {
  return encodeBase32(randomBytes(12));
}

export function isNonce(value: unknown): value is string {
  return typeof value === "string" && NONCE.test(value);
}

/** The text of the record after one more write. */
export function writeRecord(before: StoredRecord, nonce: string, state: string | null): string {
  // Joined, because V8 keeps what is added up as a tree of its pieces, which takes several times the memory.
  return [[nonce, ...before.nonces].slice(0, REMEMBERED).join(" "), state ?? ""].join("\n");
}

/** Text that we did not write is an error and never "nothing known yet" (fail closed). */
export function readRecord(text: string | null): StoredRecord {
  if (text === null) return ABSENT;
  const end = text.indexOf("\n");
  // Without an end of line that is an empty text, which is no nonce either.
  const nonces = text.slice(0, Math.max(end, 0)).split(" ");
  if (nonces.length > REMEMBERED || !nonces.every(isNonce)) {
    throw new OtpError("state-invalid", "the stored record is not one of otp-core's");
  }
  return { nonces, state: text.slice(end + 1) || null };
}

/**
 * Whether a write that `before` was the basis of, and that something was written after, can be excluded: every write since then is
 * named in `now`, and it is not among them. It cannot land later either, because the record it expects is gone for good.
 */
export function namesEveryWriteSince(before: StoredRecord, now: StoredRecord): boolean {
  const [basis] = before.nonces;
  return basis === undefined ? now.nonces.length < REMEMBERED : now.nonces.includes(basis);
}
