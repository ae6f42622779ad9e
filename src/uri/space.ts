const SPACES = " \t\r\n";

/**
 * The text without spaces and line ends around it, which come with pasting. By hand, because an expression for the end of a
 * text may look at every run of spaces in it.
 */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACES.includes(text[start] as string)) start++;
  while (end > start && SPACES.includes(text[end - 1] as string)) end--;
  return text.slice(start, end);
}
