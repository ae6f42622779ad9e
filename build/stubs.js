// Older tools do not read `exports`: TypeScript with `module: commonjs`, Jest 27, Metro up to 0.81, Parcel. They look for a folder of
// the name of the entry point, so the package has one for each, with a package.json that points into `dist`.
import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { entryPoints, manifest, root } from "../check/entry-points.js";

/** `[{ file: "store/redis/package.json", content: { main, module, types } }]`: one stub for every entry point but the first. */
export const stubs = entryPoints
  .filter(({ name }) => name !== manifest.name)
  .map(({ name, import: esm, require: cjs }) => {
    const folder = name.slice(manifest.name.length + 1);
    const to = (file) => relative(folder, file);
    return {
      file: join(folder, "package.json"),
      content: { main: to(cjs.default), module: to(esm.default), types: to(esm.types), sideEffects: false },
    };
  });

export function writeStubs() {
  for (const { file, content } of stubs) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), `${JSON.stringify(content, null, 2)}\n`);
  }
}

/** Removes the stubs and the folders that are empty without them. */
export function removeStubs() {
  for (const { file } of stubs) rmSync(join(root, file), { force: true });
  const folders = [...new Set(stubs.map(({ file }) => dirname(file)))].sort().reverse();
  for (const folder of [...folders, ...folders.map(dirname)]) {
    try {
      if (folder !== "." && readdirSync(join(root, folder)).length === 0) rmdirSync(join(root, folder));
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
}
