// Counts the files behind each entry point, and the places where a shared class or list is defined. A file costs about a millisecond at
// every start, and a class that is defined twice is two classes.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBehind } from "./built-files.js";
import { conclude } from "./conclude.js";
import { entryPoints, root } from "./entry-points.js";

const MOST_FILES = 2;
/** The classes that programs compare, and the queues of calls that wait for the same record. */
const DEFINED_ONCE = ["class OtpError", "class PreparedSigner", "const queuesByStore"];

const problems = [];
for (const { name, import: esm, require: cjs } of entryPoints) {
  for (const entry of [esm.default, cjs.default]) {
    const files = [...filesBehind(join(entry)).keys()];
    if (files.length > MOST_FILES) problems.push(`${name} opens ${files.length} files: ${files.join(", ")}`);
  }
}

const built = readdirSync(join(root, "dist"), { recursive: true }).filter((file) => /\.c?js$/.test(file));
for (const extension of [".js", ".cjs"]) {
  const files = built.filter((file) => file.endsWith(extension) && !file.startsWith("cli"));
  if (files.length > entryPoints.length + 1)
    problems.push(`dist has ${files.length} files with the extension ${extension}`);
  for (const name of DEFINED_ONCE) {
    const places = files.filter((file) =>
      new RegExp(`\\b${name}\\b`).test(readFileSync(join(root, "dist", file), "utf8")),
    );
    if (places.length !== 1)
      problems.push(`${name} is defined in ${places.length} files ${extension}: ${places.join(", ")}`);
  }
}
conclude(problems);
