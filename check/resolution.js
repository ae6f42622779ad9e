// Opens every entry point with `import` and with `require`, in a Node that cannot require ES modules, as Node 18 and 20.11 cannot.
import { createRequire } from "node:module";
import { conclude } from "./conclude.js";
import { entryPoints, manifest } from "./entry-points.js";

const require = createRequire(import.meta.url);
const problems = [];

if (process.features.require_module) problems.push("run this with --no-experimental-require-module");
if (entryPoints.length === 0) problems.push("package.json has no exports");
for (const { name } of entryPoints) {
  try {
    const [imported, required] = [await import(name), require(name)].map((names) => Object.keys(names).sort());
    if (imported.length === 0) problems.push(`${name} exports nothing`);
    if (String(imported) !== String(required)) problems.push(`${name}: ${imported} by import, ${required} by require`);
    if (!require.resolve(name).endsWith(".cjs")) problems.push(`${name} leads require to ${require.resolve(name)}`);
  } catch (error) {
    problems.push(`${name}: ${error}`);
  }
}
if (require(`${manifest.name}/package.json`).version !== manifest.version)
  problems.push("package.json cannot be opened");
try {
  await import(`${manifest.name}/dist/index.js`);
  problems.push("a file deep in the package can be imported");
} catch (error) {
  if (error.code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw error;
}
conclude(problems);
