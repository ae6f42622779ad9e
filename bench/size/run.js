import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { table } from "../table.js";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const RIVALS = fileURLToPath(new URL("../rivals", import.meta.url));
const NODE = ["crypto", "url", "util"];

const OURS = {
  "otp-core: totp, all three algorithms": 'export { totp } from "otp-core"',
  "otp-core: verifyTotp": 'export { verifyTotp } from "otp-core"',
  "otp-core: totp and hmac": 'export { totp } from "otp-core"; export { hmac } from "otp-core/hmac"',
  "otp-core: everything of the main entry point": 'export * from "otp-core"',
};
const THEIRS = {
  "otplib: generate": 'export { generate } from "otplib"',
  "otpauth: TOTP": 'export { TOTP } from "otpauth"',
  "@oslojs/otp: generateTOTP, and base32": `export { generateTOTP } from "@oslojs/otp";
    export { decodeBase32 } from "@oslojs/encoding"`,
  "speakeasy: totp": 'import speakeasy from "speakeasy"; export const { totp } = speakeasy',
  "notp: totp, and base32":
    'import notp from "notp"; export const { totp } = notp; export { decode } from "thirty-two"',
  "hotp: totp, and base32":
    'import hotp from "hotp"; export const { totp } = hotp; export { decode } from "thirty-two"',
  "time2fa: Totp": 'export { Totp } from "time2fa"',
  "totp-generator: TOTP": 'export { TOTP } from "totp-generator"',
  "@epic-web/totp: generateTOTP": 'export { generateTOTP } from "@epic-web/totp"',
};

/** What a browser would have to load: bundled and minified by esbuild, then gzipped. */
export async function size() {
  const ours = await measureAll(OURS, HERE);
  const theirs = await measureAll(THEIRS, RIVALS);
  const kb = (bytes) => (bytes / 1000).toFixed(1);
  const rows = [...ours, ...theirs].map(({ name, minified, gzipped, needs }) => [
    name,
    kb(minified),
    kb(gzipped),
    needs,
  ]);
  console.log(table(["size in KB", "minified", "gzipped", "also needs"], rows));
  const { gzipped } = ours[0];
  const what = "size: KB gzipped, totp with three algorithms";
  return [{ what, wanted: "at most 5.5", got: kb(gzipped), reached: gzipped <= 5500 }];
}

async function measureAll(imports, resolveDir) {
  return Promise.all(
    Object.entries(imports).map(async ([name, contents]) => {
      const { outputFiles, metafile } = await build({
        stdin: { contents, resolveDir },
        bundle: true,
        minify: true,
        write: false,
        metafile: true,
        format: "esm",
        platform: "neutral",
        mainFields: ["module", "main"],
        external: NODE.flatMap((name) => [name, `node:${name}`]),
        logLevel: "error",
      });
      const [{ contents: code }] = outputFiles;
      const [{ imports }] = Object.values(metafile.outputs);
      const needs = [...new Set(imports.filter(({ external }) => external).map(({ path }) => path))].join(", ");
      return { name, minified: code.length, gzipped: gzipSync(code, { level: 9 }).length, needs };
    }),
  );
}
