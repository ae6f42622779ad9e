import { refuse } from "../errors.ts";

/** Long enough for any address, short enough for a QR code. */
export const MAX_LABEL = 255;

/** What a label is, for messages. */
export const LABEL = `text of 1 to ${MAX_LABEL} characters without a colon or control characters`;

/**
 * What keeps a text from being an issuer or an account as a key URI can carry it: the colon separates the two; control
 * characters are nobody's name; half of a surrogate pair has no UTF-8.
 */
export function labelFault(text: string): "length" | "colon" | "character" | null {
  if (text.length === 0 || text.length > MAX_LABEL) return "length";
  if (!isPrintable(text)) return "character";
  return text.includes(":") ? "colon" : null;
}

/** Well-formed text without control characters (C0, delete, C1). */
export function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) as number;
    if (point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0xd800 && point <= 0xdfff)) return false;
    if (point > 0xffff) i++;
  }
  return true;
}

/** An issuer or an account, or an error that names which. */
export function checkLabel(value: unknown, argument: string): string {
  if (typeof value !== "string" || labelFault(value) !== null) refuse(argument, LABEL);
  return value;
}
