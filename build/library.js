// Builds the library for `import` and for `require`. Every entry point is one file, and `core` holds what two of them need: an
// entry point opens two files, and a class such as the error or the signer exists once, whichever entry points a program imports.
// A third file, for what the front entry point does not need, was measured: the front entry point starts in 0.7 of the time, but the
// account with a store in 1.15 of it.
import { join } from "node:path";
import { transform } from "esbuild";
import { rollup } from "rollup";
import { entryPoints, root } from "../check/entry-points.js";
import { TARGET } from "./target.js";

const typescript = {
  name: "typescript",
  async transform(code, id) {
    const options = { loader: "ts", target: TARGET, sourcefile: id, tsconfigRaw: { compilerOptions: {} } };
    return { code: (await transform(code, options)).code, map: null };
  },
};

/** Names each module that two entry points reach `core`. The others stay in the file of their only entry point. */
function shareCore(id, { getModuleInfo }) {
  const entries = new Set();
  const seen = new Set();
  const climb = (module) => {
    if (seen.has(module)) return;
    seen.add(module);
    const { isEntry, importers } = getModuleInfo(module);
    if (isEntry) entries.add(module);
    for (const importer of importers) climb(importer);
  };
  climb(id);
  return entries.size > 1 ? "core" : undefined;
}

export async function buildLibrary() {
  const bundle = await rollup({
    input: Object.fromEntries(entryPoints.map(({ entry, source }) => [entry, join(root, source)])),
    external: [/^node:/],
    plugins: [typescript],
    treeshake: { moduleSideEffects: false },
    onwarn(warning) {
      throw new Error(warning.message);
    },
  });
  for (const [format, extension] of [
    ["es", "js"],
    ["cjs", "cjs"],
  ]) {
    await bundle.write({
      dir: join(root, "dist"),
      format,
      exports: "named",
      esModule: true,
      strict: true,
      // The exports never change, so no getter is needed in front of them.
      externalLiveBindings: false,
      minifyInternalExports: false,
      hoistTransitiveImports: false,
      entryFileNames: `[name].${extension}`,
      chunkFileNames: `[name].${extension}`,
      manualChunks: shareCore,
    });
  }
  await bundle.close();
}
