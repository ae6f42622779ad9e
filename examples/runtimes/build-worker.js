// Makes one module of worker.js and of all that it imports: node examples/runtimes/build-worker.js worker.mjs
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { assets } from "../login/assets.js";

await build({
  entryPoints: [fileURLToPath(new URL("./worker.js", import.meta.url))],
  outfile: process.argv[2],
  bundle: true,
  format: "esm",
  // A worker has no files, so the files that the pages load become a constant.
  define: { ASSETS: JSON.stringify(assets) },
});
