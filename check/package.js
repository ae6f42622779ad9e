// package.json, as the gates read it. A door that is built later is seen by all of them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** The doors to code: `[{ door: "otp-core/guard", import: { types, default }, require: { types, default } }, ...]`. */
export const doors = Object.entries(manifest.exports)
  .filter(([, conditions]) => typeof conditions === "object")
  .map(([path, conditions]) => ({ door: manifest.name + path.slice(1), ...conditions }));

/** Ends a gate: prints what is wrong, and fails if there is anything. */
export function conclude(problems) {
  for (const problem of problems) console.log(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
