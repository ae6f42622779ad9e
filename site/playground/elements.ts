// The elements of the page.

/** The element with this id. The page and the script are one file, so a missing element is a mistake. */
export function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, id: string): HTMLElementTagNameMap[Tag] {
  const found = document.getElementById(id);
  if (found?.localName !== tag) throw new Error(`the page has no <${tag} id="${id}">`);
  return found as HTMLElementTagNameMap[Tag];
}

/** A new element with text or elements in it. */
export function create<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  ...content: readonly (string | Node)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.append(...content);
  return made;
}

/** "123 456": digits in groups, as apps show them. */
export function groupDigits(code: string): string {
  const size = code.length % 4 === 0 ? 4 : 3;
  return code.match(new RegExp(`.{1,${size}}`, "g"))?.join(" ") ?? code;
}

/** "14:05:30" in the time zone of the reader. */
export function formatTime(ms: number): string {
  return new Date(ms).toLocaleTimeString("en-GB");
}
