// Pages as template literals in which everything is escaped but what was made by this function.
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

/** Markup that comes from elsewhere and is known to be harmless, such as a picture that we drew. */
export const trusted = (text) => new Html(text);

function write(value) {
  if (value instanceof Html) return value.text;
  if (value === undefined || value === false) return "";
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]);
}
