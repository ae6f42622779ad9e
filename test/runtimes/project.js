// A user's project in a folder of its own: the package as `npm publish` would send it, the suite, and how each runtime enters it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { name, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** What package.json offers to `import`, by specifier: the file within the package. A new entry point is included automatically. */
export const entryPoints = new Map(
  Object.entries(exports)
    .filter(([, conditions]) => conditions.import !== undefined)
    .map(([path, conditions]) => [name + path.slice(1), conditions.import.default]),
);

/** Puts the package into `node_modules` of a folder, as `npm publish` would send it. */
export function unpackPackage(folder) {
  const pack = ["pack", "--silent", "--pack-destination", folder];
  const tarball = execFileSync("npm", pack, { cwd: root, encoding: "utf8" }).trim().split("\n").at(-1);
  execFileSync("tar", ["-xzf", tarball], { cwd: folder });
  mkdirSync(join(folder, "node_modules"));
  renameSync(join(folder, "package"), join(folder, "node_modules", name));
}

export function layProject() {
  const folder = mkdtempSync(join(tmpdir(), "otp-core-runtimes-"));
  unpackPackage(folder);

  cpSync(new URL("entry", import.meta.url), folder, { recursive: true });
  cpSync(new URL("./suite.js", import.meta.url), join(folder, "suite.js"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", dependencies: { [name]: "*" } }));
  writeFileSync(join(folder, "inputs.js"), inputs());
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** The entry points as imports that a bundler and Deno can see without running them, and the vectors as plain data. */
function inputs() {
  const imports = [...entryPoints.keys()].map(
    (entry) => `${JSON.stringify(entry)}: () => import(${JSON.stringify(entry)})`,
  );
  const files = readdirSync(join(root, "vectors")).filter((file) => file.endsWith(".json"));
  const vectors = files.map((file) => {
    const text = readFileSync(join(root, "vectors", file), "utf8");
    return `${JSON.stringify(file.replace(/\.json$/, ""))}: ${text}`;
  });
  return `export const entryPoints = { ${imports.join(", ")} };\nexport const vectors = { ${vectors.join(", ")} };\n`;
}
