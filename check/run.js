// `npm run check`: everything that must hold, apart from the tests. Each gate is a sentence and a command.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const GATES = [
  ["The package is built from the source.", "npm run --silent build"],
  ["The types of source, tests and playground are right.", "tsc -p . && tsc -p site/playground"],
  [
    "The declarations compile under TypeScript 5.0, 5.4, 5.9, 6 and 7, strict and exact, with DOM and without, without Node's types.",
    "node check/types.js",
  ],
  ["The linter finds nothing, and every file is formatted.", "biome ci --error-on-warnings ."],
  ["The exports, types and files of the package are coherent.", "publint --strict"],
  ["The types resolve for ESM and CommonJS under every module resolution, the oldest included.", "attw --pack"],
  ["Every public name is documented, and every link of the documentation leads somewhere.", "typedoc --emit none"],
  [
    "Every entry point opens with `import` and with `require`, with the same names, and no other file can be imported.",
    "node --no-experimental-require-module check/resolution.js",
  ],
  ["Every entry point opens at most two files, and each shared class and list is defined once.", "node check/files.js"],
  ["No entry point contains what belongs to another one, and none imports a package.", "node check/strings.js"],
  ["One call of guard.verify crosses at most 98 file boundaries.", "node check/crossings.js"],
  ["The library runs after a build tool has lowered it to ES2015.", "node check/lowered.js"],
  ["The bundles of every entry point and of typical imports stay within their budgets.", "node check/size.js"],
  [
    "The package contains the build, the stubs and the documents, and runs nothing on a user's machine.",
    "node check/tarball.js",
  ],
  ["Two checkouts on machines that differ give the same package, byte for byte.", "node check/reproducible.js"],
  [
    "Every rule of the standards and every known trap has a test that cites it or a reason, and the page about it is current.",
    "node check/trace.js --check",
  ],
  ["No example uses an outcome, or anything else that is always true, as a condition.", "node check/conditions.js"],
  [
    "The recipes for stores compile with the packages that they are for.",
    "[ -d examples/stores/node_modules ] || npm ci --prefix examples/stores --ignore-scripts --omit=optional && tsc -p examples/stores",
  ],
  ["The source, the pages and the examples use plain words.", "node check/words.js"],
  [
    "No registry, no path of a machine, no generated file and no declarations of an own file are under version control, and workflows pin what they run.",
    "node check/tree.js",
  ],
];

const root = fileURLToPath(new URL("..", import.meta.url));
const env = { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}`, npm_config_loglevel: "error" };
let broken = 0;
for (const [sentence, command] of GATES) {
  const { status, stdout, stderr } = spawnSync(command, { cwd: root, env, shell: true, encoding: "utf8" });
  console.log(`${status === 0 ? "holds " : "BROKEN"}  ${sentence}`);
  if (status === 0) continue;
  broken++;
  console.log(`\n$ ${command}\n${stdout}${stderr}`);
}
console.log(`\n${GATES.length - broken} of ${GATES.length} gates hold.`);
process.exitCode = broken === 0 ? 0 : 1;
