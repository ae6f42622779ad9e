// Where the runtimes are on this machine.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = fileURLToPath(new URL("node_modules", import.meta.url));

/** The runtime is not on this machine; the message says what would bring it. */
export class Missing extends Error {}

function existing(path, remedy) {
  if (path === undefined || !existsSync(path)) throw new Missing(remedy);
  return path;
}

/** From npm, into the folder of this file. */
export const installed = (path) => existing(join(modules, path), "`npm ci` in test/runtimes, on Linux x64");
/** From the system's packages. */
export const ofSystem = (path, packages) => existing(path, `apt-get install ${packages}`);

export const packageVersion = (name) => JSON.parse(readFileSync(installed(`${name}/package.json`), "utf8")).version;
