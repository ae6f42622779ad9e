// The project as bundlers make it for runtimes that resolve no packages.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { build } from "esbuild";

const require = createRequire(import.meta.url);

const COMMON = { bundle: true, platform: "neutral", external: ["node:*"], logLevel: "silent" };

/** ES modules for workerd, which asks for one only when it is imported: `node:crypto` may be missing. Returns the files, the
 * entry first. */
export async function bundleModules(folder) {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: [join(folder, "worker.js")],
    absWorkingDir: folder,
    outdir: join(folder, "worker"),
    format: "esm",
    splitting: true,
    target: "es2022",
    metafile: true,
  });
  const files = Object.keys(metafile.outputs).map((file) => basename(file));
  return ["worker.js", ...files.filter((file) => file !== "worker.js")];
}

/** One script for an engine that knows no modules. */
export async function bundleScript(folder, entry, target, supported = {}) {
  const outfile = join(folder, `${target}-${entry}`);
  await build({ ...COMMON, entryPoints: [join(folder, entry)], outfile, format: "iife", target, supported });
  return outfile;
}

/** The same without what Hermes lacks, async functions and classes; the classes are Babel's work, as in React Native. */
export async function bundleHermes(folder, entry) {
  const file = await bundleScript(folder, entry, "es2016", { bigint: true });
  const { transformSync } = require("@babel/core");
  const plugins = [require.resolve("@babel/plugin-transform-classes")];
  const options = { plugins, configFile: false, babelrc: false, compact: false };
  writeFileSync(file, transformSync(readFileSync(file, "utf8"), options).code);
  return file;
}
