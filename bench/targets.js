import { table } from "./table.js";

/** What the library set out to reach, and whether this run saw it: noise decides the close ones, so it is no gate. */
export function printTargets(targets) {
  console.log("\n## targets\n");
  const rows = targets.map(({ what, wanted, got, reached }) => [what, wanted, got, reached ? "reached" : "MISSED"]);
  console.log(table(["", "target", "this run", ""], rows));
}
