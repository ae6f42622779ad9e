// `npm run test:toolchains [-- name ...]`: builds and runs one program with every toolchain, from the package as it would be published.
// With CI=true a toolchain that is missing is a failure.
import { existsSync, readFileSync } from "node:fs";
import { problemsOf, programFor } from "./program.js";
import { layProject, toolFile } from "./project.js";
import { TOOLCHAINS } from "./toolchains.js";

const asked = process.argv.slice(2);
const chosen = TOOLCHAINS.filter(({ name }) => asked.length === 0 || asked.some((part) => name.includes(part)));
let [failed, missing] = [0, 0];
for (const toolchain of chosen) {
  const { name, tool, node, files, run } = toolchain;
  if (!existsSync(toolFile(`${tool}/package.json`))) {
    missing++;
    console.log(`missing  ${name}: npm ci --ignore-scripts --prefix test/toolchains`);
    continue;
  }
  const { version } = JSON.parse(readFileSync(toolFile(`${tool}/package.json`), "utf8"));
  const project = layProject(files(programFor({ node })));
  const problems = [];
  try {
    problems.push(...problemsOf(await run(project.folder), { node }));
  } catch (error) {
    problems.push(error.message);
  } finally {
    project.remove();
  }
  console.log(`${problems.length === 0 ? "runs   " : "FAILED "}  ${name} (${tool} ${version})`);
  for (const problem of problems) console.log(`  ${problem.split("\n").slice(0, 25).join("\n  ")}`);
  if (problems.length > 0) failed++;
}
console.log(`\n${chosen.length - failed - missing} of ${chosen.length} toolchains run the package.`);
process.exitCode = failed === 0 && (missing === 0 || process.env.CI === undefined) && chosen.length > 0 ? 0 : 1;
