// The entry points of the package, read from `exports` of package.json, which is their only list. The build, the tests, the
// reference and the gates derive theirs from here.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
/** @type {Readonly<Record<string, any>>} */
export const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/**
 * @typedef {{ readonly types: string, readonly default: string }} Conditions
 * @typedef {{ readonly name: string, readonly entry: string, readonly source: string, readonly import: Conditions, readonly require: Conditions }} EntryPoint
 */

/**
 * `[{ name: "otp-core/store/redis", entry: "store/redis", source: "src/store/redis.ts", import: { types, default }, require: { ... } }]`,
 * in the order of `exports`.
 *
 * @type {readonly EntryPoint[]}
 */
export const entryPoints = Object.entries(manifest.exports)
  .filter(([, conditions]) => typeof conditions === "object")
  .map(([path, conditions]) => {
    const entry = conditions.import.default.replace(/^\.\/dist\/|\.js$/g, "");
    return { name: manifest.name + path.slice(1), entry, source: `src/${entry}.ts`, ...conditions };
  });
