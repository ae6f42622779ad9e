import { chmodSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../check/entry-points.js";
import { TARGET } from "./target.js";

/** Builds the command. It imports the library through its entry points, as a user's program does. */
export async function buildCommand() {
  const outfile = join(root, "dist/cli/main.js");
  await build({
    entryPoints: [join(root, "src/cli/main.ts")],
    outfile,
    bundle: true,
    format: "esm",
    target: TARGET,
    platform: "node",
    external: ["otp-core", "otp-core/*"],
    // The bundle names the file of each module. A linked folder of packages must not bring in a path of the machine.
    preserveSymlinks: true,
    // The paths of tsconfig.json lead from the entry points to the source.
    tsconfigRaw: {},
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "error",
  });
  chmodSync(outfile, 0o755);
}
