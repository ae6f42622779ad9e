// Text as bytes, and bytes as text, with the encodings and the leniency of Node's buffers, on which the old libraries rely.
import { encodeBase64 } from "../encoding/base64.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";

/** The bytes of a text. `null` if the encoding is unknown. */
export function textToBytes(text: string, encoding: string): Bytes | null {
  switch (encoding.toLowerCase()) {
    case "ascii":
    case "latin1":
    case "binary":
      return fromLatin1(text);
    case "utf8":
    case "utf-8":
      return fromUtf8(text);
    case "hex":
      return fromHex(text);
    case "base64":
    case "base64url":
      return fromBase64(text);
    case "ucs2":
    case "ucs-2":
    case "utf16le":
    case "utf-16le":
      return fromUtf16(text);
    default:
      return null;
  }
}

/** The text of bytes, in one of the five encodings of otplib 12. `"ascii"` drops the eighth bit. */
export function bytesToText(bytes: Uint8Array, encoding: string): string {
  switch (encoding) {
    case "hex":
      return toHex(bytes);
    case "base64":
      return encodeBase64(bytes);
    case "utf8":
      return toUtf8(bytes);
    default:
      return toLatin1(encoding === "ascii" ? bytes.map((byte) => byte & 0x7f) : bytes);
  }
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Stops where a pair of digits is not one. */
export function fromHex(text: string): Bytes {
  const [digits] = /^(?:[\da-f]{2})*/i.exec(text) as RegExpExecArray & readonly [string];
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** The low byte of every unit. Node writes `"ascii"` in the same way. */
function fromLatin1(text: string): Bytes {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function toLatin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function fromUtf16(text: string): Bytes {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    bytes[2 * i] = text.charCodeAt(i);
    bytes[2 * i + 1] = text.charCodeAt(i) >> 8;
  }
  return bytes;
}

/** Half of a surrogate pair becomes U+FFFD. */
function fromUtf8(text: string): Bytes {
  let wellFormed = "";
  for (const character of text) {
    const unit = character.length === 1 ? character.charCodeAt(0) : 0;
    wellFormed += unit >= 0xd800 && unit <= 0xdfff ? "\ufffd" : character;
  }
  return encodeUtf8(wellFormed) as Bytes;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Both alphabets. Ends at the first padding, and skips everything else. */
function fromBase64(text: string): Bytes {
  const data = (text.split("=", 1)[0] as string).replace(/-/g, "+").replace(/_/g, "/");
  const symbols = data.replace(/[^A-Za-z\d+/]/g, "");
  const bytes = new Uint8Array(Math.floor((symbols.length * 6) / 8));
  let buffer = 0;
  let length = 0;
  for (let i = 0; i < symbols.length; i++) {
    buffer = ((buffer & 0xff) << 6) | BASE64.indexOf(symbols[i] as string);
    // 6, 4, 2 or 0 bits are left over after each symbol.
    const left = ((i + 1) * 6) % 8;
    if (left < 6) bytes[length++] = buffer >> left;
  }
  return bytes;
}

/** As the Encoding Standard says: a byte sequence that is cut short or impossible becomes one U+FFFD. */
function toUtf8(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i++] as number;
    const following =
      first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
    let point = following === 0 ? first : first & (0x3f >> following);
    let missing = following;
    while (missing > 0 && isContinuation(bytes[i], missing === following ? first : 0)) {
      point = (point << 6) | ((bytes[i++] as number) & 0x3f);
      missing--;
    }
    text += missing === 0 ? String.fromCodePoint(point) : "\ufffd";
  }
  return text;
}

/** The byte behind `first` has a smaller range after some first bytes: no overlong form, no surrogate, nothing above U+10FFFF. */
function isContinuation(byte: number | undefined, first: number): boolean {
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return byte !== undefined && byte >= lowest && byte <= highest;
}
