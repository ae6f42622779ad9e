import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { median } from "../interleave.js";
import { table } from "../table.js";

const ROUNDS = 40;
const HERE = fileURLToPath(new URL("..", import.meta.url));
const RIVALS = fileURLToPath(new URL("../rivals", import.meta.url));

// Node's own loader takes some milliseconds for the first file, whatever stands in it: both differences are shown.
const EMPTY = { name: "an empty file", code: 'import "./nothing.js"', cwd: HERE };
const BARE = { name: "bare Node", code: "", cwd: HERE };
const OURS = [
  { name: "otp-core", code: 'import "otp-core"', cwd: HERE },
  { name: "otp-core and otp-core/hmac", code: 'import "otp-core"; import "otp-core/hmac"', cwd: HERE },
];
const THEIRS = [
  "otplib",
  "otpauth",
  "@oslojs/otp",
  "speakeasy",
  "notp",
  "hotp",
  "time2fa",
  "totp-generator",
  "@epic-web/totp",
].map((name) => ({ name, code: `import ${JSON.stringify(name)}`, cwd: RIVALS }));

/** How many milliseconds later a process is done because it imported a package: medians over whole processes. */
export async function importTime() {
  const contenders = [EMPTY, ...OURS, ...THEIRS].map((contender) => ({ ...contender, differences: [] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      // Each beside a bare process of its own, now before and now after it: the machine's mood cancels out.
      const [first, second] = round % 2 ? [BARE, contender] : [contender, BARE];
      const a = milliseconds(first);
      const b = milliseconds(second);
      contender.differences.push(round % 2 ? b - a : a - b);
    }
  }
  const overBare = contenders.map(({ differences }) => median(differences));
  const [loader, own] = overBare;
  const rows = contenders.map(({ name }, i) => [name, overBare[i].toFixed(1), (overBare[i] - loader).toFixed(1)]);
  console.log(table(["import", "ms over bare Node", "of these its own"], rows));
  return [
    atMost3("import: ms over bare Node", own),
    atMost3("import: ms over Node importing an empty file", own - loader),
  ];
}

function atMost3(what, ms) {
  return { what, wanted: "at most 3", got: ms.toFixed(1), reached: ms <= 3 };
}

function milliseconds({ code, cwd }) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { cwd });
  if (status !== 0) throw new Error(`${code}: ${stderr}`);
  return performance.now() - start;
}
