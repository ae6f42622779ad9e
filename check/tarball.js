// What npm would publish, down to the file, and what it would run at the user's.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { conclude } from "./conclude.js";
import { entryPoints, manifest, root } from "./entry-points.js";

const ALLOWED = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^dist\/([\w-]+\/)*[\w-]+\.(js|cjs|d\.ts|d\.cts)$/,
];
const SCRIPTS = ["preinstall", "install", "postinstall", "prepare", "prepublish"];
/** Bytes, unpacked: twice what it is today is no accident. */
const BUDGET = 640 * 1024;

const options = { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 };
const [{ files, unpackedSize }] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json"], options));
const packed = files.map(({ path }) => path);

const problems = packed
  .filter((file) => !ALLOWED.some((pattern) => pattern.test(file)))
  .map((file) => `${file} has no business in the package`);
const promised = entryPoints.flatMap((each) => [each.import, each.require].flatMap(Object.values));
for (const path of [
  ...promised,
  ...Object.values(manifest.bin),
  manifest.main,
  manifest.module,
  manifest.types,
  "README.md",
  "LICENSE",
]) {
  if (!packed.includes(join(path))) problems.push(`${path} is promised and not packed`);
}
for (const script of SCRIPTS) if (script in manifest.scripts) problems.push(`the script ${script} runs at the user's`);
for (const kind of ["dependencies", "optionalDependencies", "bundleDependencies", "gypfile"]) {
  if (kind in manifest) problems.push(`package.json has ${kind}`);
}
// A peer is the user's to install, and one that is optional is not even asked for.
for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
  if (!manifest.peerDependenciesMeta?.[peer]?.optional) problems.push(`npm would install the peer ${peer}`);
}
if (packed.some((file) => file.endsWith("binding.gyp"))) problems.push("a binding.gyp makes npm compile at the user's");
if (unpackedSize > BUDGET) problems.push(`${unpackedSize} bytes unpacked, more than ${BUDGET}`);
conclude(problems);
