// The matrix as a table, for the terminal and for the guide.
import { readFileSync, writeFileSync } from "node:fs";
import { entryPoints } from "./project.js";

const HEAD = ["runtime", "version", "entry points that load", "vectors passed", "checks passed", "what it lacks"];
const LACKS = { random: "a global `crypto`", subtle: "`crypto.subtle`", node: "`node:crypto`" };

export function render(rows) {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const drawn = lines.map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`);
  drawn.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return drawn.join("\n");
}

function cells({ name, version, report, skipped, problems }) {
  if (skipped !== undefined) return [name, "skipped", "", "", "", skipped];
  if (report === undefined) return [name, version ?? "", "FAILED", "", "", problems[0].slice(0, 60)];
  const refused = Object.keys(report.refused).map((entry) => entry.replace(/^otp-core\//, ""));
  const loaded = `${entryPoints.size - refused.length} of ${entryPoints.size}${refused.length > 0 ? `: not ${refused.join(", ")}` : ""}`;
  const vectors = Object.values(report.vectors).reduce((sum, count) => sum + count, 0);
  const missing = Object.keys(LACKS).filter((thing) => !report.has.includes(thing));
  return [
    name,
    version,
    loaded,
    `${vectors}${problems.length > 0 ? " FAILED" : ""}`,
    String(report.checks),
    missing.map((thing) => LACKS[thing]).join(", "),
  ];
}

const BEGIN = "<!-- what `npm run test:runtimes -- --write` saw -->";
const END = "<!-- until here -->";

export function writeGuide(rows) {
  const guide = new URL("../../guides/runtimes.md", import.meta.url);
  const [before, rest] = readFileSync(guide, "utf8").split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error("guides/runtimes.md has lost its markers");
  writeFileSync(guide, `${before}${BEGIN}\n${render(rows)}\n${END}${after}`);
}
