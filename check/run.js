// `npm run check`: everything that has to hold beside the tests. Each gate is a sentence and a command.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const GATES = [
  ["The package is built from the source as it stands.", "npm run --silent build"],
  ["The types of source and tests are right.", "tsc -p ."],
  [
    "The declarations compile under TypeScript 5.0, 5.4, 5.9, 6 and 7, strict and exact, with DOM and without, without Node's types.",
    "node check/types.js",
  ],
  ["Lint finds nothing and the format is the agreed one.", "biome ci --error-on-warnings ."],
  ["Exports, types and files of the package are coherent.", "publint --strict"],
  ["Types resolve for ESM and CommonJS under every module resolution from Node 16 on.", "attw --pack --profile node16"],
  ["Every public name is documented and every link of the documentation leads somewhere.", "typedoc --emit none"],
  [
    "Every door opens to `import` and to `require`, with the same names, and nothing opens beside them.",
    "node --no-experimental-require-module check/entry-points-open.js",
  ],
  ["Behind each door is nothing that belongs behind another one, and no package.", "node check/strings.js"],
  ["The bundles of every door and of typical imports stay within their budgets.", "node check/size.js"],
  ["The tarball holds the build and the papers, and runs nothing at the user's.", "node check/tarball.js"],
  ["Two checkouts, as different as two machines make them, give the same tarball.", "node check/reproducible.js"],
  [
    "Every rule of the standards and every known trap has a test that cites it or a reason, and the page about it is current.",
    "node check/trace.js --check",
  ],
  [
    "Nothing of a registry, of a machine or generated is under version control, and workflows pin what they run.",
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
