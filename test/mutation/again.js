// After tests or a few lines have changed, only two kinds of changes are worth another try: what survived, and what stands in
// the changed lines. The results of all others are kept.
import { readFileSync, writeFileSync } from "node:fs";

const isUnnoticed = ({ status }) => status === "Survived" || status === "NoCoverage";

/** The earlier results of a folder, moved to where their lines stand now, and the places to try again. */
export function readEarlier(file) {
  const { files, ...report } = JSON.parse(readFileSync(file, "utf8"));
  const kept = {};
  const places = [];
  for (const [path, { source, mutants, ...rest }] of Object.entries(files)) {
    const now = readFileSync(path, "utf8");
    const changed = changedLines(source.split("\n"), now.split("\n"));
    const moved = mutants.flatMap((mutant) => move(mutant, changed) ?? []);
    const open = moved.filter(isUnnoticed).map(({ location }) => location);
    if (changed.end > changed.start) {
      open.push({ start: { line: changed.start + 1, column: 1 }, end: { line: changed.end, column: 1000 } });
    }
    const isOpen = ({ location }) => open.some((place) => contains(place, location));
    kept[path] = { ...rest, source: now, mutants: moved.filter((mutant) => !isOpen(mutant)) };
    places.push(
      ...open.map(({ start, end }) => `${path}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`),
    );
  }
  return { report, kept, places };
}

/** Puts the new results beside the kept ones. */
export function writeTogether(file, { report, kept }) {
  const { files } = JSON.parse(readFileSync(file, "utf8"));
  for (const [path, { mutants }] of Object.entries(files)) kept[path].mutants.push(...mutants);
  writeFileSync(file, JSON.stringify({ ...report, files: kept }));
}

/** From the first line that differs to the last one, in the new text; `shift` is by how much the lines behind have moved. */
function changedLines(before, after) {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let same = 0;
  const most = Math.min(before.length, after.length) - start;
  while (same < most && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { start, end: after.length - same, endBefore: before.length - same, shift: after.length - before.length };
}

function move(mutant, { start, endBefore, shift }) {
  const { location } = mutant;
  if (location.end.line <= start) return mutant;
  if (location.start.line <= endBefore) return undefined;
  const at = (place) => ({ ...place, line: place.line + shift });
  return { ...mutant, location: { start: at(location.start), end: at(location.end) } };
}

function contains(outer, inner) {
  return !isBefore(inner.start, outer.start) && !isBefore(outer.end, inner.end);
}

function isBefore(a, b) {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
