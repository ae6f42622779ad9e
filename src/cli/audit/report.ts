// The report of an audit, for people. It holds nothing of an entry but its line.
import type { Audit, Counted } from "./audit.ts";

const MOST_LINES = 8;
const WIDTH = 78;

export function reportOf(audit: Audit): string {
  const { entries, empty, kinds, findings, clean } = audit;
  const parts = [
    `${count(kinds.secret, "secret")}, ${count(kinds.uri, "key URI")}, ${count(kinds.json, "line")} of JSON, ${empty} empty`,
    ...findings.map(block),
    `No change needed: ${clean} of ${entries - empty}.`,
    wrap(
      "No audit knows how a program called its library. Before you write, compare one code of every converted key with the old library.",
      "",
    ),
  ];
  return `${parts.join("\n\n")}\n`;
}

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}

function block({ finding, action, count: number, lines, text }: Counted): string {
  const shown = lines.slice(0, MOST_LINES).join(", ");
  const more = number > MOST_LINES ? ` and ${number - MOST_LINES} more` : "";
  const where = `${number === 1 ? "line" : "lines"} ${shown}${more}`;
  return [`${action}: ${number} x ${finding}`, wrap(text, "  "), wrap(where, "  ")].join("\n");
}

function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line.length + word.length >= WIDTH && line.trim() !== "") {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join("\n");
}
