// Pages as template literals. Every value is escaped, except what this function made itself.
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

class Html {
  constructor(text) {
    this.text = text;
  }
}

export function html(strings, ...values) {
  const written = values.map((value) => [value].flat().map(write).join(""));
  return new Html(String.raw({ raw: strings }, ...written));
}

/** Markup that is known to be harmless, such as a picture that we drew. */
export const trusted = (text) => new Html(text);

function write(value) {
  if (value instanceof Html) return value.text;
  if (value === undefined || value === null || value === false) return "";
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]);
}
