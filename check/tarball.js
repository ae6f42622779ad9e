// Checks what npm would publish, file by file, and that nothing runs on a user's machine.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { stubs } from "../build/stubs.js";
import { conclude } from "./conclude.js";
import { entryPoints, manifest, root } from "./entry-points.js";

const ALLOWED = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md)$/,
  /^guides\/([\w-]+\/)*[\w-]+\.md$/,
  /^dist\/([\w-]+\/)*[\w-]+\.(js|cjs|d\.ts|d\.cts)$/,
];
const SCRIPTS = ["preinstall", "install", "postinstall", "prepare", "prepublish"];
/** Bytes, unpacked. A package that grows beyond this should grow on purpose. */
const BUDGET = 2_000_000;

const options = { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 };
const [{ files, unpackedSize }] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json"], options));
const packed = files.map(({ path }) => path);
const stubFiles = stubs.map(({ file }) => file);

const problems = packed
  .filter((file) => !ALLOWED.some((pattern) => pattern.test(file)) && !stubFiles.includes(file))
  .map((file) => `${file} does not belong in the package`);
const targets = entryPoints.flatMap((each) => [each.import, each.require].flatMap(Object.values));
const { bin, main, module, types } = manifest;
for (const path of [...targets, ...Object.values(bin), main, module, types, "README.md", "LICENSE"]) {
  if (!packed.includes(join(path))) problems.push(`${path} is missing in the package`);
}
for (const file of stubFiles) {
  if (!packed.includes(file)) problems.push(`${file} is missing in the package: add ${file.split("/")[0]} to "files"`);
}
for (const script of SCRIPTS)
  if (script in manifest.scripts) problems.push(`the script ${script} runs on the user's machine`);
for (const kind of ["dependencies", "optionalDependencies", "bundleDependencies", "gypfile"]) {
  if (kind in manifest) problems.push(`package.json has ${kind}`);
}
// npm installs a peer unless it is optional.
for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
  if (!manifest.peerDependenciesMeta?.[peer]?.optional) problems.push(`npm would install the peer ${peer}`);
}
if (packed.some((file) => file.endsWith("binding.gyp")))
  problems.push("a binding.gyp makes npm compile on the user's machine");
if (unpackedSize > BUDGET) problems.push(`${unpackedSize} bytes unpacked, more than ${BUDGET}`);
conclude(problems);
