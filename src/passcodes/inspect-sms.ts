// What networks bill for a text message, and which code phones and browsers find in it.

/** How a message is billed, and the codes that are found in it. */
export interface SmsReport {
  /** The size of the text in its encoding, without the headers of concatenated messages. */
  readonly bytes: number;
  readonly encoding: "GSM-7" | "UCS-2";
  /** How many messages the network bills. */
  readonly parts: number;
  /** The first character that forces UCS-2, which holds 70 characters instead of 160. */
  readonly firstUcs2: string | null;
  /** The code that each system would offer. */
  readonly found: { readonly ios: string | null; readonly android: string | null; readonly chrome: string | null };
  /** What the last line says, or `null`. */
  readonly origin: { readonly host: string; readonly code: string; readonly embeddedHosts: readonly string[] } | null;
}

/**
 * How a message is billed and which code phones and browsers find in it. Use it in tests of your templates: one accented letter
 * outside the GSM alphabet can double the price, and a code without a digit is not offered by Android.
 *
 * The systems differ. Safari reads the last line, or else a number of 4 to 8 digits in a message with the word "code" or
 * "passcode"; the words that it knows in other languages are not documented. Android (SMS User Consent) takes the first word of
 * 4 to 10 letters and digits with at least one digit. Chrome takes the first `@host #code` of the message.
 *
 * @param message - anything else than text is reported as an empty message.
 *
 * @example
 * ```ts
 * import { inspectSms, smsMessage } from "otp-core/passcodes";
 *
 * const message = smsMessage({ text: "Your code: 747723", code: "747723", host: "example.com" });
 * const { encoding, parts, found } = inspectSms(message);
 * console.log(encoding, parts, found.ios, found.android, found.chrome); // GSM-7 1 747723 747723 747723
 * ```
 */
export function inspectSms(message: unknown): SmsReport {
  const text = typeof message === "string" ? message : "";
  const firstUcs2 = findUcs2(text);
  const encoding = firstUcs2 === null ? "GSM-7" : "UCS-2";
  const { unitBits, single, concatenated, sizeOf } = ENCODINGS[encoding];
  const sizes = Array.from(text, sizeOf);
  const size = sizes.reduce((sum, units) => sum + units, 0);
  const origin = readOrigin(text);
  return {
    bytes: Math.ceil((size * unitBits) / 8),
    encoding,
    parts: size <= single ? Math.min(size, 1) : countParts(sizes, concatenated),
    firstUcs2,
    found: {
      ios: origin?.code ?? findNearWord(text),
      android: ANDROID_CODE.exec(text)?.[1] ?? null,
      chrome: CHROME_CODE.exec(text)?.[1] ?? null,
    },
    origin,
  };
}

// Without look-behind, which Safari knows only from 16.4 on.
const ANDROID_CODE = /(?:^|[^0-9A-Za-z])((?=[A-Za-z]*[0-9])[0-9A-Za-z]{4,10})(?![0-9A-Za-z])/;
const CHROME_CODE = /(?:^|\s)@[a-zA-Z0-9.-]+ #([^#\s]+)/;
const IOS_WORD = /(?:^|[^a-z])(?:pass)?codes?(?![a-z])/i;
const IOS_CODE = /(?:^|[^0-9A-Za-z])([0-9]{4,8})(?![0-9A-Za-z])/;

/** The default alphabet of 3GPP TS 23.038 section 6.2.1: one unit of seven bits each. */
const GSM =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/** The extension table of section 6.2.1.1: an escape and a second unit. */
const GSM_EXTENSION = "\f^{}\\[~]|€";

// 140 bytes a message; the header of a part of a longer one takes 6 of them (3GPP TS 23.040 section 9.2.3.24.1).
const ENCODINGS = {
  "GSM-7": {
    unitBits: 7,
    single: 160,
    concatenated: 153,
    sizeOf: (character: string) => (GSM.includes(character) ? 1 : 2),
  },
  "UCS-2": { unitBits: 16, single: 70, concatenated: 67, sizeOf: (character: string) => character.length },
} as const;

function findUcs2(text: string): string | null {
  for (const character of text) if (!GSM.includes(character) && !GSM_EXTENSION.includes(character)) return character;
  return null;
}

/** Neither an escape sequence nor a surrogate pair is divided between two parts. */
function countParts(sizes: readonly number[], capacity: number): number {
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > capacity) {
      parts++;
      used = 0;
    }
    used += size;
  }
  return parts;
}

/** The last line only: fields in order, one space between them. What follows the hosts is left to future versions (WICG). */
function readOrigin(text: string): SmsReport["origin"] {
  const line = text.slice(Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1);
  // A field ends at ASCII white space, to which U+000B does not belong.
  const [, host, code, rest = ""] = /^@([^\t\f ]+) #([^\t\f ]+)((?: @[^\t\f ]+)*)/.exec(line) ?? [];
  if (host === undefined || code === undefined) return null;
  return { host, code, embeddedHosts: rest.split(" @").slice(1) };
}

function findNearWord(text: string): string | null {
  return IOS_WORD.test(text) ? (IOS_CODE.exec(text)?.[1] ?? null) : null;
}
