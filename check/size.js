// Bundles what a typical import needs the way an application's bundler does, and compares the gzipped size with its budget.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Bytes after minifying and gzip -9. */
const BUDGETS = [
  ["totp, three algorithms", 'export { totp } from "otp-core"', 5632],
  ["verifyTotp", 'export { verifyTotp } from "otp-core"', 6400],
  ["the HMAC alone", 'export { hmac } from "otp-core/hmac"', 4096],
  ["base32 alone", 'export { decodeBase32, encodeBase32 } from "otp-core"', 1024],
  ["formatUri alone", 'export { formatUri } from "otp-core"', 2816],
  ["parseUri alone", 'export { parseUri } from "otp-core"', 3968],
  ["the root door", 'export * from "otp-core"', 15872],
];

let over = false;
for (const [name, contents, budget] of BUDGETS) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
  });
  const bytes = gzipSync(outputFiles[0].contents, { level: 9 }).length;
  over ||= bytes > budget;
  console.log(`${String(bytes).padStart(6)} of ${budget} bytes  ${name}${bytes > budget ? "  OVER" : ""}`);
}
process.exitCode = over ? 1 : 0;
