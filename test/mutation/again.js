// After tests or a few lines have changed, only two kinds of changes are worth another try: what survived, and what stands in
// the changed lines. The results of all others are kept.
import { readFileSync, writeFileSync } from "node:fs";

/** Beyond the last column of any line. */
const LAST = 1000;

const isUnnoticed = ({ status }) => status === "Survived" || status === "NoCoverage";

/** The earlier results of a folder, moved to where their lines stand now, and the places to try again. */
export function readEarlier(file) {
  const { files, ...report } = JSON.parse(readFileSync(file, "utf8"));
  const kept = {};
  const places = [];
  for (const [path, { source, mutants, ...rest }] of Object.entries(files)) {
    const now = readFileSync(path, "utf8");
    const changed = changedLines(source.split("\n"), now.split("\n"));
    const moved = mutants.map((mutant) => ({ mutant, ...move(mutant.location, changed) }));
    const open = moved
      .filter(({ mutant, isChanged }) => isChanged || isUnnoticed(mutant))
      .map(({ location }) => location);
    if (changed.end > changed.start) {
      open.push({ start: { line: changed.start + 1, column: 1 }, end: { line: changed.end, column: LAST } });
    }
    const done = moved.filter(({ location }) => !open.some((place) => contains(place, location)));
    kept[path] = { ...rest, source: now, mutants: done.map(({ mutant, location }) => ({ ...mutant, location })) };
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

/** Where a place is now. A place that holds a changed line has to be tried again as a whole. */
function move({ start, end }, { start: first, end: last, endBefore, shift }) {
  const at = (place) => ({ ...place, line: place.line + shift });
  if (end.line <= first) return { location: { start, end }, isChanged: false };
  if (start.line > endBefore) return { location: { start: at(start), end: at(end) }, isChanged: false };
  const location = {
    start: start.line <= first ? start : { line: first + 1, column: 1 },
    end: end.line > endBefore ? at(end) : { line: last, column: LAST },
  };
  return { location, isChanged: true };
}

function contains(outer, inner) {
  return !isBefore(inner.start, outer.start) && !isBefore(outer.end, inner.end);
}

function isBefore(a, b) {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
