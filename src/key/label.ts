import { refuse } from "../check.ts";

/** Long enough for any address, short enough for a QR code. */
export const MAX_LABEL = 255;

/** What a label is, for messages. */
export const LABEL = `text of 1 to ${MAX_LABEL} characters without a colon or control characters`;

/**
 * What keeps a text from being an issuer or an account as a key URI can carry it: the colon separates the two; control
 * characters are not part of a name; half of a surrogate pair has no UTF-8.
 */
export function labelFault(text: string): "length" | "colon" | "character" | null {
  // The common case in a third of the time: printable ASCII without the colon.
  if (/^[ -9;-~]{1,255}$/.test(text)) return null;
  if (text.length === 0 || text.length > MAX_LABEL) return "length";
  if (!isPrintable(text)) return "character";
  return text.includes(":") ? "colon" : null;
}

/** Well-formed text without control characters (C0, delete, C1). */
export function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) return false;
    if (unit < 0xd800 || unit > 0xdfff) continue;
    // Half of a pair stands for itself; a whole one for something beyond.
    if ((text.codePointAt(i++) as number) <= 0xffff) return false;
  }
  return true;
}

/** Surrogates that are not a pair: with the flag u, a pair is one character. */
const HALVES = /[\ud800-\udfff]/gu;

/**
 * The nearest text that is a label, for a name that came from outside: a name must never cost a key. A label stays as it is. Colons
 * and control characters become a space, half of a surrogate pair becomes U+FFFD, the rest beyond the limit is cut off. Undefined
 * when nothing is left.
 */
export function repairLabel(text: string): string | undefined {
  if (labelFault(text) === null) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the control characters
  const plain = text.replace(/[:\0-\x1f\x7f-\x9f]+/g, " ").replace(HALVES, "\ufffd");
  // The cut may halve a pair.
  return plain.trim().slice(0, MAX_LABEL).replace(HALVES, "").trimEnd() || undefined;
}

/** An issuer or an account, or an error that names which. */
export function checkLabel(value: unknown, argument: string): string {
  if (typeof value !== "string" || labelFault(value) !== null) refuse(argument, LABEL);
  return value;
}

/** Key URIs and transfers cannot carry an account that begins with a space, because their readers drop spaces before it. */
export function refuseLeadingSpace(account: string): void {
  if (account.startsWith(" ")) refuse("account", "text that does not begin with a space");
}

/** Labels of letters, digits and hyphens, and at least one dot (RFC 1123 section 2.1). */
export function isDomain(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/i.test(text);
}

/** The domain of a service, or an error. */
export function checkDomain(value: unknown): string {
  if (typeof value !== "string" || !isDomain(value)) refuse("domain", "a domain name, like example.com");
  return value;
}
