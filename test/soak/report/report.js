// The page of the guides, and its picture.
import { readFileSync, writeFileSync } from "node:fs";
import { pictureOf } from "./picture.js";

const page = new URL("../../../guides/soak.md", import.meta.url);
const picture = new URL("../../../guides/soak.svg", import.meta.url);
const GENERATED = /(<!-- written by npm run soak -->\n)[\s\S]*(<!-- so far -->)/;

export function writeReport(run, { rows, isFlat }) {
  const table = ["| | |", "|---|---:|", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n");
  const found = run.ledger.violations.slice(0, 20).map((violation) => `- ${violation}`);
  const flat = `Memory is ${isFlat ? "flat" : "**not** flat"}. This compares the medians of the first and the last quarter.`;
  const text = ["", table, "", flat, "", ...found, ""].join("\n");
  writeFileSync(
    page,
    readFileSync(page, "utf8").replace(GENERATED, (_, begin, end) => begin + text + end),
  );
  writeFileSync(picture, pictureOf(run));
}
