/** Tells in which encoding the seeds of a column are written, and reads them. */
import { decodeBase32 } from "../../encoding/base32.ts";
import type { Bytes } from "../../encoding/bytes.ts";
import { MAX_SECRET_BYTES } from "../result.ts";
import { readBase64 } from "../values.ts";

export type Encoding = "hex" | "base32" | "base64";

/** A shorter seed is more likely a serial number in the wrong column. Verification refuses it anyway. */
const MIN_SECRET_BYTES = 10;
/** Twice what the longest seed needs in hexadecimal digits. */
const MAX_TEXT = 4 * MAX_SECRET_BYTES;

/**
 * The encoding of a seed if its characters leave no doubt. Hexadecimal digits and base32 text of one case are base64 too, but a
 * random seed in base64 looks like either once in a million. `null`: hexadecimal or base32, or nothing for certain.
 */
export function tellEncoding(text: string): Encoding | null {
  const isHex = decode(text, "hex") !== null;
  const isBase32 = decode(text, "base32") !== null;
  if (isHex !== isBase32) return isHex ? "hex" : "base32";
  // Without both cases or a sign, it is a mistyped seed of another encoding.
  const isMixed = (/[a-z]/.test(text) && /[A-Z]/.test(text)) || /[+/]/.test(text);
  const isBase64 = isMixed && /[^\da-fA-F\s]/.test(text) && decode(text, "base64") !== null;
  return isBase64 ? "base64" : null;
}

/** The one encoding of all seeds whose encoding is certain. `null`: none, or several. */
export function commonEncoding(texts: readonly string[]): Encoding | null {
  const [only = null, ...others] = new Set(texts.map(tellEncoding).filter((encoding) => encoding !== null));
  return others.length === 0 ? only : null;
}

/** Reads one seed. `common` is the encoding of the others, for a seed that may be hexadecimal or base32. */
export function readSeedText(text: string, known: Encoding | null, common: Encoding | null): Bytes | null {
  const encoding = known ?? tellEncoding(text) ?? common;
  const bytes = encoding === null ? null : decode(text, encoding);
  return bytes !== null && bytes.length >= MIN_SECRET_BYTES ? bytes : null;
}

function decode(text: string, encoding: Encoding): Bytes | null {
  return text.length > MAX_TEXT ? null : DECODERS[encoding](text.replace(/\s/g, ""));
}

const DECODERS: Readonly<Record<Encoding, (text: string) => Bytes | null>> = {
  hex: readHex,
  base32: readBase32,
  base64: readBase64,
};

function readBase32(text: string): Bytes | null {
  if (!/^(?:[A-Z2-7]+|[a-z2-7]+)=*$/.test(text)) return null;
  try {
    return decodeBase32(text);
  } catch {
    // A length that bytes do not have, or spare bits that are not zero.
    return null;
  }
}

function readHex(text: string): Bytes | null {
  if (!/^(?:(?:[\dA-F]{2})+|(?:[\da-f]{2})+)$/.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}
