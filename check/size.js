// Bundles typical imports as the bundler of an application does, and compares the gzipped size with a budget.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { conclude } from "./conclude.js";
import { entryPoints, root } from "./entry-points.js";

/** Bytes after minifying and `gzip -9`. Every entry point has a budget, and so do some typical imports. */
const BUDGETS = {
  "otp-core": 19072,
  "otp-core/hmac": 4480,
  "otp-core/hmac/node": 1664,
  "otp-core/hmac/web": 1920,
  "otp-core/store": 4352,
  "otp-core/guard": 17408,
  "otp-core/passcodes": 14080,
  "otp-core/recovery": 12288,
  "otp-core/limiter": 8448,
  "otp-core/ocra": 16384,
  "otp-core/account": 31744,
  "otp-core/ocra attemptOcra, challenge, ocra, parseSuite, verifyOcra": 8192,
  "otp-core/tokens": 11520,
  "otp-core/tokens importPskc": 6144,
  "otp-core/tokens importCsv": 5120,
  "otp-core/store/redis": 1536,
  "otp-core/store/sql": 2432,
  "otp-core/testing": 13312,
  "otp-core totp": 6400,
  "otp-core verifyTotp": 7040,
  "otp-core createTotpKey, totp, verifyTotp": 7936,
  "otp-core decodeBase32, encodeBase32": 1408,
  "otp-core/guard createGuard": 15872,
  "otp-core/guard createGuardMachine": 12032,
  "otp-core parseUri": 5376,
  "otp-core formatUri": 3712,
  "otp-core/passcodes createPasscodes": 12160,
};

/** What an import adds to an application that has `otp-core` already. */
const ADDED = {
  "otp-core/tokens": 11392,
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
