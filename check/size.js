// Bundles typical imports as the bundler of an application does, and compares the gzipped size with a budget.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { conclude } from "./conclude.js";
import { entryPoints, root } from "./entry-points.js";

/** Bytes after minifying and `gzip -9`. Every entry point has a budget, and so do some typical imports. */
const BUDGETS = {
  "otp-core": 19520,
  "otp-core/hmac": 4480,
  "otp-core/hmac/node": 1664,
  "otp-core/hmac/web": 1856,
  "otp-core/hmac/wasm": 5632,
  "otp-core/store": 4480,
  "otp-core/guard": 17152,
  "otp-core/passcodes": 17792,
  "otp-core/recovery": 13696,
  "otp-core/limiter": 12608,
  "otp-core/ocra": 16512,
  "otp-core/account": 34560,
  "otp-core/ocra attemptOcra, challenge, ocra, parseSuite, verifyOcra": 8384,
  "otp-core/tokens": 11648,
  "otp-core/tokens importPskc": 6208,
  "otp-core/tokens importCsv": 5248,
  "otp-core/compat/otplib": 8320,
  "otp-core/compat/speakeasy": 7488,
  "otp-core/store/redis": 1472,
  "otp-core/store/sql": 2432,
  "otp-core/testing": 14144,
  "otp-core totp": 6464,
  "otp-core verifyTotp": 7168,
  "otp-core createTotpKey, totp, verifyTotp": 8000,
  "otp-core decodeBase32, encodeBase32": 1344,
  "otp-core/guard createGuard": 16448,
  "otp-core/guard createGuardMachine": 12736,
  "otp-core parseUri": 5504,
  "otp-core formatUri": 3648,
  "otp-core/passcodes createPasscodes": 16128,
};

/** What an import adds to an application that has `otp-core` already. */
const ADDED = {
  "otp-core/hmac/wasm": 1024,
  "otp-core/tokens": 8384,
  "otp-core/ocra attemptOcra, challenge, ocra, parseSuite, verifyOcra": 2432,
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
