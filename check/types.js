// Compiles the declarations as users do: with each compiler, with and without DOM, strict, with the declarations themselves checked.
// The other compilers are installed when they are missing. They have a package.json of their own, because no other tool needs them.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { conclude } from "./conclude.js";
import { entryPoints, root } from "./entry-points.js";

const compilers = join(root, "check/compilers/node_modules");
const COMPILERS = {
  "5.0": "ts50",
  5.4: "ts54",
  5.9: "ts59",
  "6.0": join(root, "node_modules/typescript"),
  "7.0": "ts70",
};
const PROJECTS = ["check/consumer", "check/consumer/dom"];

if (!existsSync(compilers)) execFileSync("npm", ["ci", "--prefix", "check/compilers"], { cwd: root, stdio: "inherit" });

const problems = [];
for (const file of ["program.mts", "program.cts"]) {
  const text = readFileSync(join(root, "check/consumer", file), "utf8");
  for (const { name } of entryPoints)
    if (!text.includes(`"${name}"`)) problems.push(`check/consumer/${file} lacks ${name}`);
}
for (const [version, folder] of Object.entries(COMPILERS)) {
  const tsc = join(folder.startsWith("/") ? folder : join(compilers, folder), "bin/tsc");
  if (!existsSync(tsc)) {
    problems.push(`TypeScript ${version} is missing: npm ci --prefix check/compilers`);
    continue;
  }
  const said = spawnSync(process.execPath, [tsc, "--version"], { encoding: "utf8" }).stdout;
  if (!said.startsWith(`Version ${version}`)) problems.push(`${tsc} is ${said.trim()}, not ${version}`);
  for (const project of PROJECTS) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", project], {
      cwd: root,
      encoding: "utf8",
    });
    if (status !== 0) problems.push(`TypeScript ${version}, ${project}:\n${stdout}${stderr}`);
  }
}
conclude(problems);
