import { refuse } from "../errors.ts";

/** Long enough for any address, short enough for a QR code. */
const MAX_LABEL = 255;

/**
 * An issuer or an account as a key URI can carry it: no colon, which separates the two; no control characters; no half of a
 * surrogate pair, which has no UTF-8.
 */
export function checkLabel(value: unknown, argument: "issuer" | "account"): string {
  const expected = `text of 1 to ${MAX_LABEL} characters without a colon or control characters`;
  if (typeof value !== "string" || value.length === 0 || value.length > MAX_LABEL) refuse(argument, expected);
  for (const character of value) {
    const point = character.codePointAt(0) as number;
    const control = point < 0x20 || (point >= 0x7f && point < 0xa0);
    if (control || character === ":" || (point >= 0xd800 && point <= 0xdfff)) refuse(argument, expected);
  }
  return value;
}
