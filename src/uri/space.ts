/**
 * The text without spaces and line ends around it, which come with pasting. By hand, because an expression for the end of a
 * text may look at every run of spaces in it.
 */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d;
}
