/** Reads the values that elements hold as text: base64, integers and dates. */
import { decodeBase64 } from "../encoding/base64.ts";
import type { Bytes } from "../encoding/bytes.ts";

/** Base64 with white space anywhere. `null`: not base64. */
export function readBase64(text: string | null): Bytes | null {
  return text === null ? null : decodeBase64(text.replace(/[ \t\r\n]+/g, ""));
}

/** Decimal digits, with a sign or without. `null`: anything else, or beyond the safe integers. */
export function readInteger(text: string | null): number | null {
  if (text === null || !/^[+-]?\d{1,16}$/.test(text)) return null;
  const value = Number(text) + 0; // -0 is 0
  return Number.isSafeInteger(value) ? value : null;
}

/** An integer that was encrypted: its decimal digits, or 4 or 8 bytes with the most significant one first. */
export function readIntegerBytes(bytes: Bytes): number | null {
  const digits = readInteger(String.fromCharCode(...bytes.subarray(0, 32)));
  if (digits !== null) return digits;
  if (bytes.length !== 4 && bytes.length !== 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const value = bytes.length === 4 ? view.getInt32(0) : Number(view.getBigInt64(0));
  return Number.isSafeInteger(value) ? value : null;
}

const DATE = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$/;

/** A date of XML Schema in milliseconds since 1970, in UTC when it names no zone. `null`: anything else. */
export function readDate(text: string | null): number | null {
  const found = DATE.exec(text ?? "");
  if (found === null) return null;
  const [, day, time = "T00:00:00", zone = "Z"] = found;
  const at = Date.parse(`${day}${time.slice(0, 13)}${zone}`);
  return Number.isNaN(at) ? null : at;
}
