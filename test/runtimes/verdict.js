// What a report must hold, so that a runtime that runs nothing, or less than the others, does not pass.
import { entryPoints } from "./project.js";

/** What every runtime is measured by: the first one that loads an entry point, and the first one that signs with an engine. */
const names = new Map();
const counts = new Map();

/** @returns what is wrong with the report of a runtime that has these things, in sentences. */
export function verdictOn(report, has) {
  const problems = [...report.failed];
  const differ = (what, found, expected) => {
    if (String(found) !== String(expected)) problems.push(`${what}: ${found} instead of ${expected}`);
  };
  differ("it has", report.has, has);

  const engines = [
    "hmac",
    "hmac/wasm",
    ...(has.includes("node") ? ["hmac/node"] : []),
    ...(has.includes("subtle") ? ["hmac/web"] : []),
  ];
  differ("the engines that ran", Object.keys(report.vectors), [...engines, "no HMAC"]);
  for (const [engine, count] of Object.entries(report.vectors)) {
    // Every engine signs the same vectors.
    const kind = engine === "no HMAC" ? engine : "hmac";
    if (report.failed.length === 0 && !counts.has(kind)) counts.set(kind, count);
    if (counts.has(kind)) differ(`vectors with ${engine}`, count, counts.get(kind));
    if (count === 0) problems.push(`no vector ran with ${engine}`);
  }
  if (report.checks === 0) problems.push("no check ran");

  for (const entry of entryPoints.keys()) {
    const shut = entry.endsWith("/node") && !has.includes("node");
    const found = report.entryPoints[entry];
    differ(`${entry} loads`, found !== undefined, !shut);
    if (found === undefined && !shut) problems.push(report.refused[entry]);
    if (found === undefined) continue;
    if (!names.has(entry)) names.set(entry, found);
    differ(`the names of ${entry}`, found, names.get(entry));
  }
  return problems;
}
