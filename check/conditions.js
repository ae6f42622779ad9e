// Reads the conditions of the examples with their types: an outcome of `attempt` must not be used as a boolean.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { findAlwaysTrue } from "./always-true.js";
import { conclude } from "./conclude.js";
import { root } from "./entry-points.js";

const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
const files = readdirSync(join(root, "examples"), { recursive: true })
  .filter((file) => /\.([cm]?js|tsx?)$/.test(file) && !/node_modules|\.next|\.svelte-kit/.test(file))
  .map((file) => join(root, "examples", file));

const program = ts.createProgram(files, { ...options, checkJs: true, noEmit: true });
const problems = files.length === 0 ? ["there are no examples"] : [];
for (const file of files.sort()) {
  for (const { line, condition, type } of findAlwaysTrue(program, file)) {
    problems.push(`${file.slice(root.length)}:${line} tests ${condition}, an object that is always true (${type})`);
  }
}
conclude(problems);
