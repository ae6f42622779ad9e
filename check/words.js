// Looks for phrases that this project does not use in its source, README and guides, because readers stumble over them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { conclude } from "./conclude.js";
import { root } from "./entry-points.js";

/** Each phrase with what to write instead. */
const PHRASES = [
  [/\bunless told\b/, 'name the default: "Default: 6."'],
  [/\bis no (?!longer\b|more\b)/, '"is not a ..." or "has no ..."'],
  [/\(traps? \d/, "the reason itself; a test may cite the number"],
];

const filesIn = (folder, pattern) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((file) => pattern.test(file))
    .map((file) => join(folder, file));

const problems = [];
for (const file of ["README.md", ...filesIn("guides", /\.md$/), ...filesIn("src", /\.ts$/)].sort()) {
  // The page of the traceability quotes the standards and the list of known traps.
  if (file === "guides/traceability.md") continue;
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  for (const [i, line] of lines.entries()) {
    for (const [pattern, instead] of PHRASES) {
      const found = pattern.exec(line);
      if (found) problems.push(`${file}:${i + 1} says "${found[0]}": write ${instead}`);
    }
  }
}
conclude(problems);
