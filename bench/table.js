/** A Markdown table that is also readable as it stands: the first column to the left, the others to the right. */
export function table(head, rows) {
  const width = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const pad = (text, i) => (i === 0 ? text.padEnd(width[i]) : text.padStart(width[i]));
  const line = (cells) => `| ${cells.map(pad).join(" | ")} |`;
  const rule = width.map((w, i) => (i === 0 ? "-".repeat(w) : `${"-".repeat(w - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}
