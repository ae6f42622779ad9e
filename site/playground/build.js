// Writes the playground as one file, which works from disk: script and style are inside, and its policy allows nothing else.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const read = (file) => readFileSync(here(file), "utf8");

/** @param {string} file where the page is written */
export async function buildPlayground(file) {
  const style = read("style.css");
  const icon = `data:image/svg+xml;base64,${Buffer.from(read("../public/icon.svg")).toString("base64")}`;
  const script = await bundle();
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  const page = [
    [/<link rel="stylesheet"[^>]*>/, `<style>${style}</style>`],
    [/<script src[^>]*><\/script>/, `<script>${script}</script>`],
    [/(?<=Content-Security-Policy" content=")[^"]*/, policy],
    [/\.\.\/public\/icon\.svg/g, icon],
  ].reduce((text, [place, part]) => replace(text, place, part), read("page.html"));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, page);
}

/** Replaces a place of the page that must be there. */
function replace(text, place, part) {
  if (text.search(place) < 0) throw new Error(`the page has no ${place}`);
  return text.replace(place, () => part);
}

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [here("main.ts")],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    write: false,
    legalComments: "none",
    banner: { js: notice() },
    logLevel: "error",
  });
  const [{ text }] = outputFiles;
  if (/<\/script|<!--/i.test(text)) throw new Error("the script would end before its end");
  return text;
}

/** The licence of uqr, as the command carries it. */
function notice() {
  const [text] = /\/\*![\s\S]*?\*\//.exec(read("../../src/cli/qr.ts"));
  return text.replace("The command contains", "This page contains");
}

const hashOf = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
