import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { table } from "../table.js";
import { LAUNCHES, launchTimes } from "./launch.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const RIVALS = fileURLToPath(new URL("../rivals", import.meta.url));
const AT_MOST = 1.6;

const ours = (name, imports, format = "esm") => ({ name, imports, format, cwd: HERE });
const OURS = [
  ours("otp-core", ["otp-core"]),
  ours("otp-core, require", ["otp-core"], "cjs"),
  ours("otp-core/guard", ["otp-core/guard"]),
  ours("otp-core, /hmac, /guard and /store/redis", [
    "otp-core",
    "otp-core/hmac",
    "otp-core/guard",
    "otp-core/store/redis",
  ]),
  ours("otp-core/account and /store/redis", ["otp-core/account", "otp-core/store/redis"]),
  ours("otp-core/guard, /passcodes, /recovery and /limiter", [
    "otp-core/guard",
    "otp-core/passcodes",
    "otp-core/recovery",
    "otp-core/limiter",
  ]),
];
const THEIRS = ["otpauth", "totp-generator", "otplib", "@oslojs/otp", "hotp", "notp", "speakeasy", "time2fa"].map(
  (name) => ({ name, imports: [name], format: "esm", cwd: RIVALS }),
);

/** How long an import takes, over the import of an empty file. */
export async function importTime() {
  const folder = mkdtempSync(join(tmpdir(), "otp-core-import-"));
  try {
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    await oneFile(folder);
    const empty = { name: "an empty file", imports: ["./empty.js"], format: "esm", cwd: HERE };
    const emptyRequired = { ...empty, imports: ["./empty.js"], format: "cjs" };
    const single = { name: "otp-core, bundled into one file", imports: ["./single.js"], format: "esm", cwd: folder };
    const contenders = [empty, emptyRequired, single, ...OURS, ...THEIRS];
    const [esm, cjs, ...times] = launchTimes(contenders);
    const over = times.map((time, i) => time - (contenders[i + 2].format === "cjs" ? cjs : esm));
    const rows = over.map((ms, i) => [contenders[i + 2].name, ms.toFixed(1), (ms / over[1]).toFixed(2)]);
    console.log(table([`import, fastest of ${LAUNCHES} launches`, "ms over an empty file", "of otp-core's"], rows));
    return [
      {
        what: "import of otp-core: times the same code in one file",
        wanted: `at most ${AT_MOST}`,
        got: (over[1] / over[0]).toFixed(2),
        reached: over[1] <= AT_MOST * over[0],
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The lower bound: everything that `import "otp-core"` needs, and nothing else, in a single file. */
function oneFile(folder) {
  return build({
    stdin: { contents: 'export * from "otp-core"', resolveDir: HERE },
    outfile: join(folder, "single.js"),
    bundle: true,
    format: "esm",
    platform: "neutral",
    logLevel: "error",
  });
}
