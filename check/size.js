// Bundles typical imports as the bundler of an application does, and compares the gzipped size with a budget.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { conclude } from "./conclude.js";
import { entryPoints, root } from "./entry-points.js";

/** Bytes after minifying and `gzip -9`. Every entry point has a budget, and so do some typical imports. */
const BUDGETS = {
  "otp-core": 15872,
  "otp-core/hmac": 4096,
  "otp-core/hmac/node": 1280,
  "otp-core/hmac/web": 1536,
  "otp-core/store": 4096,
  "otp-core/guard": 17408,
  "otp-core/passcodes": 12288,
  "otp-core/recovery": 12288,
  "otp-core/limiter": 6400,
  "otp-core/ocra": 14592,
  "otp-core/ocra attemptOcra, challenge, ocra, parseSuite, verifyOcra": 8192,
  "otp-core/tokens": 11520,
  "otp-core/tokens importPskc": 6144,
  "otp-core/tokens importCsv": 5120,
  "otp-core/store/redis": 1280,
  "otp-core/store/sql": 2176,
  "otp-core/testing": 11776,
  "otp-core totp": 5632,
  "otp-core verifyTotp": 6400,
  "otp-core createTotpKey, totp, verifyTotp": 7168,
  "otp-core decodeBase32, encodeBase32": 1024,
  "otp-core/guard createGuard": 12288,
  "otp-core/guard createGuardMachine": 9216,
  "otp-core parseUri": 3968,
  "otp-core formatUri": 2816,
  "otp-core/passcodes createPasscodes": 10240,
};

/** What an import adds to an application that has `otp-core` already. */
const ADDED = {
  "otp-core/tokens": 8192,
  "otp-core/ocra attemptOcra, challenge, ocra, parseSuite, verifyOcra": 5120,
};

const problems = entryPoints.filter(({ name }) => !(name in BUDGETS)).map(({ name }) => `${name} has no budget`);
for (const [what, budget] of Object.entries(BUDGETS)) {
  compare(what, await size([exportOf(what)]), budget);
}
const core = 'export * from "otp-core"';
for (const [what, budget] of Object.entries(ADDED)) {
  const added = (await size([core, exportOf(what)])) - (await size([core]));
  compare(`${what}, added to otp-core`, added, budget);
}
conclude(problems);

function exportOf(what) {
  const [name, ...names] = what.split(/,? /);
  return `export ${names.length > 0 ? `{ ${names} }` : "*"} from "${name}"`;
}

async function size(lines) {
  const { outputFiles } = await build({
    stdin: { contents: lines.join("\n"), resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
    external: ["node:*"],
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

function compare(what, bytes, budget) {
  console.log(`${String(bytes).padStart(6)} of ${budget} bytes  ${what}`);
  if (bytes > budget) problems.push(`${what} is over its budget`);
}
