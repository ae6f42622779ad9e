// `npm run test:runtimes`: the suite on the built package, runtime by runtime. `--all` adds those that are large to get, `--write`
// puts the table into the guide. With CI=true a runtime that is missing is a failure.
import { Missing } from "./find.js";
import { layProject } from "./project.js";
import { CHEAP, OTHERS } from "./runtimes.js";
import { render, writeGuide } from "./table.js";
import { verdictOn } from "./verdict.js";

const write = process.argv.includes("--write");
const runtimes = [...CHEAP, ...(write || process.argv.includes("--all") ? OTHERS : [])];

const rows = [];
const project = layProject();
try {
  for (const runtime of runtimes) rows.push(await rowOf(runtime));
} finally {
  project.remove();
}

async function rowOf(runtime) {
  const { name } = runtime;
  try {
    const version = runtime.version();
    const report = await runtime.report(project);
    return { name, version, report, problems: verdictOn(report, runtime.has) };
  } catch (error) {
    if (error instanceof Missing) return { name, skipped: error.message, problems: [] };
    return { name, problems: [String(error)] };
  }
}

console.log(render(rows));
const skipped = rows.filter((row) => row.skipped !== undefined);
const failed = rows.filter((row) => row.problems.length > 0);
for (const { name, problems } of failed) {
  console.log(`\nFAILED ${name}\n  ${problems.slice(0, 10).join("\n  ")}`);
  if (problems.length > 10) console.log(`  and ${problems.length - 10} more`);
}
if (skipped.length > 0) console.log();
for (const { name, skipped: remedy } of skipped) console.log(`skipped ${name}: it is not here; ${remedy}`);
const complete = skipped.length === 0;
console.log(`\n${rows.length - failed.length - skipped.length} of ${rows.length} runtimes pass.`);
process.exitCode = failed.length === 0 && (complete || process.env.CI === undefined) ? 0 : 1;

if (write && failed.length === 0 && complete) writeGuide(rows);
else if (write) {
  console.log("The guide is written only when every runtime is there and passes.");
  process.exitCode = 1;
}
