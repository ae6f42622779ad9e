// Builds the library for `import` and for `require`. Every entry point is one file. What the front entry point shares with another one
// is in `core`: an entry point opens two files, and a class such as the error or the signer exists once, whichever entry points a
// program imports. Of everything else each entry point has its own copy, so that none reads code that it never runs.
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { transform } from "esbuild";
import { rollup } from "rollup";
import { entryPoints, root } from "../check/entry-points.js";
import { TARGET } from "./target.js";

const FRONT = join(root, "src/index.ts");
/** The queues of a store are one list for the whole process. */
const STATE = join(root, "src/store/step/turns.ts");

const typescript = {
  name: "typescript",
  async transform(code, id) {
    const options = { loader: "ts", target: TARGET, sourcefile: withoutCopy(id), tsconfigRaw: { compilerOptions: {} } };
    return { code: (await transform(code, options)).code, map: null };
  },
};

const bundle = (...plugins) =>
  rollup({
    input: Object.fromEntries(entryPoints.map(({ entry, source }) => [entry, join(root, source)])),
    external: [/^node:/],
    plugins: [...plugins, typescript],
    treeshake: { moduleSideEffects: false },
    onwarn(warning) {
      throw new Error(warning.message);
    },
  });

/** The modules that are in `core`: what the front entry point and another one import, and state. */
async function coreModules() {
  const imports = new Map();
  const graph = { name: "graph", moduleParsed: ({ id, importedIds }) => void imports.set(id, importedIds) };
  await (await bundle(graph)).close();
  const behind = (id, found = new Set()) => {
    if (found.has(id) || !imports.has(id)) return found;
    found.add(id);
    for (const imported of imports.get(id)) behind(imported, found);
    return found;
  };
  const others = entryPoints.map(({ source }) => join(root, source)).filter((entry) => entry !== FRONT);
  const behindOthers = new Set(others.flatMap((entry) => [...behind(entry)]));
  return new Set([...behind(FRONT)].filter((id) => behindOthers.has(id)).concat(...behind(STATE)));
}

/** `src/guard/state.ts?src/account/index.ts` is the copy of a module for one entry point. */
const withoutCopy = (id) => id.split("?")[0];

/** Gives each entry point its own copy of every module that is not in `core`. */
const copies = (core) => ({
  name: "copies",
  async resolveId(source, importer, options) {
    if (importer === undefined) return null;
    const [, entry = relative(root, importer)] = importer.split("?");
    const found = await this.resolve(source, withoutCopy(importer), { ...options, skipSelf: true });
    return found === null || found.external || core.has(found.id) ? found : `${found.id}?${entry}`;
  },
  load: (id) => (id.includes("?") ? readFile(withoutCopy(id), "utf8") : null),
});

export async function buildLibrary() {
  const core = await coreModules();
  const library = await bundle(copies(core));
  for (const [format, extension] of [
    ["es", "js"],
    ["cjs", "cjs"],
  ]) {
    await library.write({
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
      manualChunks: (id) => (core.has(id) ? "core" : undefined),
    });
  }
  await library.close();
}
