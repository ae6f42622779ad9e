// Percent-encoding (RFC 3986 section 2.1). A plus is a plus: that it may mean a space is a rule of HTML forms.
// ASCII is coded here, several times faster than by the built-in functions, which are called for the rest.

/** The text behind the escapes, or null: an escape that is none, or bytes that are no UTF-8. */
export function decodePercent(text: string): string | null {
  let out = "";
  let from = 0;
  for (let at = text.indexOf("%"); at >= 0; at = text.indexOf("%", from)) {
    // NaN beyond the end, and 0x80 and more for what is no hexadecimal digit: neither is below 0x80.
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

/** The text of bytes that are UTF-8 (RFC 3629), else null. */
export function textOf(bytes: Uint8Array): string | null {
  return decodeUtf8(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""));
}

function decodeUtf8(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/**
 * By code of printable ASCII without the colon, which is what nearly all names are made of: its escape, or nothing for
 * letters, digits and `- . _ ~`, which stand as they are (section 2.3).
 */
const ESCAPES = /* @__PURE__ */ Array.from({ length: 0x7f }, (_, unit) => {
  const character = String.fromCharCode(unit);
  if (unit < 0x20 || character === ":") return undefined;
  return /[A-Za-z0-9._~-]/.test(character) ? "" : `%${unit.toString(16).toUpperCase()}`;
});

/** The text with all but the unreserved characters escaped; undefined when it has characters beyond those of ESCAPES. */
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

/** All but the unreserved characters escaped, so that no app has to know what else may stand as it is. */
export function encodePercent(text: string): string {
  // encodeURIComponent leaves five more as they are, from a time when they were not reserved (RFC 2396).
  return (
    encodePlain(text) ?? encodeURIComponent(text).replace(/[!'()*]/g, (mark) => ESCAPES[mark.charCodeAt(0)] as string)
  );
}
