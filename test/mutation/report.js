import { readFileSync } from "node:fs";

const STATUSES = ["Killed", "Timeout", "Survived", "NoCoverage", "Ignored", "RuntimeError"];

/** One line of numbers, then every mutant that no test noticed: where, what it was, what it became. */
export function printFolder(folder, file) {
  const { files } = JSON.parse(readFileSync(file, "utf8"));
  const count = Object.fromEntries(STATUSES.map((status) => [status, 0]));
  const unnoticed = [];
  for (const [path, { source, mutants }] of Object.entries(files)) {
    const lines = source.split("\n");
    for (const { status, mutatorName, replacement = "", location } of mutants) {
      count[status]++;
      if (status !== "Survived" && status !== "NoCoverage") continue;
      const { start, end } = location;
      const was = lines[start.line - 1].slice(start.column - 1, start.line === end.line ? end.column - 1 : undefined);
      const became = replacement.replace(/\s+/g, " ").slice(0, 80);
      unnoticed.push(`  ${path}:${start.line} ${status} ${mutatorName}: ${was.slice(0, 80)} => ${became}`);
    }
  }
  const noticed = count.Killed + count.Timeout;
  const score = (100 * noticed) / (noticed + count.Survived + count.NoCoverage);
  const numbers = STATUSES.map((status) => `${status} ${count[status]}`).join(", ");
  console.log([`${folder}: ${score.toFixed(1)} % (${numbers})`, ...unnoticed].join("\n"));
}
