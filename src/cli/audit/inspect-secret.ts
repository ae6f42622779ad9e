// Which traps are in one stored secret.
import { type Algorithm, decodeBase32, encodeBase32, isOtpError } from "otp-core";
import type { TrapName } from "./findings.ts";
import { PUBLISHED } from "./published.ts";

/** The traps of a text, and the bytes of the key, with which duplicates are found. */
export interface Inspected {
  readonly traps: readonly TrapName[];
  readonly bytes: Uint8Array | null;
}

/** Below it, otp-core refuses a secret. */
const MIN_BYTES = 10;
/** RFC 4226 section 4, R6. */
const STRONG_BYTES = 16;
/** otplib 12 repeated what has fewer bytes. For SHA-1 these are too short anyway. */
const REPEATED_BELOW: Readonly<Record<Algorithm, number>> = { SHA1: 0, SHA256: 16, SHA512: 32 };

export function inspectSecret(text: string, algorithm: Algorithm): Inspected {
  const bytes = base32Bytes(text);
  if (bytes !== null) return { traps: [...spelling(text), ...inspectBytes(bytes, algorithm)], bytes };
  return inspectOther(text, algorithm);
}

function base32Bytes(text: string): Uint8Array | null {
  try {
    const bytes = decodeBase32(text);
    return bytes.length === 0 ? null : bytes;
  } catch (error) {
    if (isOtpError(error)) return null;
    throw error;
  }
}

/** How base32 is written that otp-core reads as it is. */
function spelling(text: string): TrapName[] {
  const traps: TrapName[] = [];
  const symbols = text.replace(/=+$/, "");
  if (/[^A-Za-z2-7]/.test(symbols)) traps.push("separators");
  if (symbols.length < text.length) traps.push("padding");
  if (/[a-z]/.test(symbols)) traps.push(/[A-Z]/.test(symbols) ? "maybe-text" : "lower-case");
  // That 20 random characters of base32 are of these twelve happens once in 300 million secrets.
  if (/^(?:[2-7A-F]{2}){10,}$/i.test(symbols)) traps.push("maybe-hexadecimal");
  return traps;
}

function inspectOther(text: string, algorithm: Algorithm): Inspected {
  const joined = text.replace(/[\s-]/g, "");
  const found = (trap: TrapName, encoding: BufferEncoding): Inspected => {
    const bytes = Buffer.from(encoding === "hex" ? joined : text, encoding);
    // Of text, the bytes are printable in any case.
    const traps = inspectBytes(bytes, algorithm).filter((each) => each !== "ascii-bytes" && each !== "seven-bits");
    return { traps: [trap, ...traps], bytes };
  };
  // Digits alone are rather text, unless there are many.
  if (/^(?:[\da-f]{2}){4,}$/i.test(joined) && /[a-f]|^.{32}/i.test(joined)) return found("hexadecimal", "hex");
  if (/^(?:[A-Z2-7]+|[a-z2-7]+)=*$/.test(joined) && hasEqualGroups(text)) return { traps: ["spare-bits"], bytes: null };
  if (/^(?:[A-Z\d]{16,}|[a-z\d]{16,})=*$/.test(joined) && hasEqualGroups(text) && !/(?:[0189].*){3}/.test(joined)) {
    return { traps: ["lookalikes"], bytes: null };
  }
  if (isBase64(text)) return found("base64", "base64");
  // U+FFFD is what a database or a terminal makes of bytes.
  if (/[\p{Cc}\ufffd]/u.test(text)) return { traps: ["unreadable"], bytes: null };
  return found("text", "utf8");
}

/** Base32 is written in groups of one length, of which the last one may be shorter. Words are not. */
function hasEqualGroups(text: string): boolean {
  const [first = 0, ...others] = text.split(/[\s-]+/).map((group) => group.length);
  const last = others.pop() ?? first;
  return last <= first && others.every((length) => length === first);
}

/** Letters and digits alone may be text. Padding, a plus or a slash says that they are not. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z\d+/]+={0,2}$/.test(text) && /[+/=]/.test(text);
}

/** What is wrong with the bytes themselves, however they are written. */
export function inspectBytes(bytes: Uint8Array, algorithm: Algorithm): TrapName[] {
  const traps: TrapName[] = [];
  if (PUBLISHED.has(encodeBase32(bytes))) traps.push("published");
  if (new Set(bytes).size <= 3) traps.push("predictable");
  if (bytes.length < MIN_BYTES) traps.push("too-short");
  else if (bytes.length < STRONG_BYTES) traps.push("weak");
  if (bytes.length < REPEATED_BELOW[algorithm]) traps.push("repeated");
  if (bytes.every((byte) => byte > 0x20 && byte < 0x7f)) traps.push("ascii-bytes");
  else if (bytes.length >= MIN_BYTES && bytes.every((byte) => byte < 0x80)) traps.push("seven-bits");
  return traps;
}
