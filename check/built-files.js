// The files that Node opens for an entry point, found by following `import` and `require` from it.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./entry-points.js";

/** From each file of `dist` that `file` reaches to its code without comments, and from each package it imports to `null`. */
export function filesBehind(file, found = new Map()) {
  if (found.has(file)) return found;
  const code = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  found.set(file, code);
  const imports = /^(?:import|export)\b[^"'\n]*["']([^"'\n]+)["']|\b(?:require|import)\(\s*["']([^"'\n]+)["']/gm;
  for (const [, declared, called] of code.matchAll(imports)) {
    const target = declared ?? called;
    if (target.startsWith(".")) filesBehind(join(dirname(file), target), found);
    else if (!target.startsWith("node:")) found.set(target, null);
  }
  return found;
}
