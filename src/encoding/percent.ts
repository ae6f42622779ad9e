// Percent-encoding (RFC 3986 section 2.1). A plus is a plus: that it may mean a space is a rule of HTML forms.
// ASCII is coded here, several times faster than by the built-in functions, which are called for the rest.

/** The text behind the escapes. Null if a percent sign does not begin an escape, or if the bytes are not UTF-8. */
export function decodePercent(text: string): string | null {
  let out = "";
  let from = 0;
  for (let at = text.indexOf("%"); at >= 0; at = text.indexOf("%", from)) {
    // Beyond the end it is NaN, and 0x80 or more for a character that is not a hexadecimal digit: neither is below 0x80.
    const unit = hexDigit(text.charCodeAt(at + 1)) * 16 + hexDigit(text.charCodeAt(at + 2));
    if (!(unit < 0x80)) return decodeUtf8(text);
    out += text.slice(from, at) + String.fromCharCode(unit);
    from = at + 3;
  }
  return from === 0 ? text : out + text.slice(from);
}

function hexDigit(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const letter = unit | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : 0x80;
}

/** The same for names, which never fail: a byte that is not UTF-8 becomes U+FFFD, any other percent sign stays as it is. */
export function decodePercentLoosely(text: string): string {
  return decodePercent(text) ?? text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => decodePercent(run) ?? decodeEach(run));
}

/** The text of bytes as UTF-8 (RFC 3629), with U+FFFD for each byte that is not. */
export function textOf(bytes: Uint8Array): string {
  return decodePercentLoosely(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""));
}

/** Escapes one character after the other, which have one to four bytes each. */
function decodeEach(run: string): string {
  let text = "";
  for (let at = 0; at < run.length; ) {
    const end = [3, 6, 9, 12].find((length) => decodePercent(run.slice(at, at + length)) !== null) ?? 0;
    text += end === 0 ? "\ufffd" : decodePercent(run.slice(at, at + end));
    at += end || 3;
  }
  return text;
}

function decodeUtf8(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/**
 * For each code of printable ASCII without the colon, of which nearly all names consist: its escape. It is empty for letters,
 * digits and `- . _ ~`, which stay as they are (section 2.3).
 */
const ESCAPES = /* @__PURE__ */ Array.from({ length: 0x7f }, (_, unit) => {
  const character = String.fromCharCode(unit);
  if (unit < 0x20 || character === ":") return undefined;
  return /[A-Za-z0-9._~-]/.test(character) ? "" : `%${unit.toString(16).toUpperCase()}`;
});

/** The text with all but the unreserved characters escaped. Undefined if a character is not in ESCAPES. */
export function encodePlain(text: string): string | undefined {
  let out = "";
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const coded = ESCAPES[text.charCodeAt(i)];
    if (coded === "") continue;
    if (coded === undefined) return undefined;
    out += text.slice(from, i) + coded;
    from = i + 1;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** The text with all but the unreserved characters escaped, so that no app has to know which others may stay as they are. */
export function encodePercent(text: string): string {
  // encodeURIComponent leaves five more, because they were not reserved at its time (RFC 2396).
  return (
    encodePlain(text) ?? encodeURIComponent(text).replace(/[!'()*]/g, (mark) => ESCAPES[mark.charCodeAt(0)] as string)
  );
}
