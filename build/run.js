// `npm run build`: writes `dist` from `src`. The declarations take most of the time, up to 40 s on a busy machine.
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../check/entry-points.js";
import { buildCommand } from "./command.js";
import { buildLibrary } from "./library.js";

async function buildDeclarations() {
  const tsup = join(root, "node_modules/tsup/dist/cli-default.js");
  try {
    await promisify(execFile)(process.execPath, [tsup, "--silent"], { cwd: root });
  } catch ({ stdout, stderr }) {
    throw new Error(`the declarations cannot be built:\n${stdout}${stderr}`);
  }
}

const start = performance.now();
if (!process.argv.includes("--silent")) console.error("Building dist; its declarations take up to 40 s ...");
rmSync(join(root, "dist"), { recursive: true, force: true });
await Promise.all([buildDeclarations(), buildLibrary(), buildCommand()]);
if (!process.argv.includes("--silent")) console.error(`Built in ${((performance.now() - start) / 1000).toFixed(0)} s.`);
