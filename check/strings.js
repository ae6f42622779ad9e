// What must not stand in the code behind a door, its chunks included, and the only entryPoints behind which it may. One that may must, so
// that a pattern that matches nothing any more is noticed.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { conclude } from "./conclude.js";
import { entryPoints, root } from "./entry-points.js";

const FORBIDDEN = [
  ["a module of Node", /\bnode:\w+/, ["otp-core/hmac/node"]],
  ["a command of Redis", /redis|\b(EVAL|EVALSHA|PEXPIREAT)\b/i, ["otp-core/store/redis"]],
  ["a statement of SQL", /\b(SELECT|INSERT|UPDATE|DELETE|CREATE TABLE)\b/, ["otp-core/store/sql"]],
  ["WebCrypto's key store", /\bimportKey\b/, ["otp-core/hmac/web"]],
  [
    "a global that small engines lack",
    /\b(TextEncoder|TextDecoder|URL|URLSearchParams|Buffer|process|Intl|atob|btoa)\b/,
    [],
  ],
  ["code made of text", /\beval\(|\bnew Function\b/, []],
];

/** The code of a file and of all files that it imports, without comments; the names of the packages that it imports. */
function behind(file, seen = new Map()) {
  if (seen.has(file)) return seen;
  const text = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  seen.set(file, text);
  for (const [, target] of text.matchAll(/(?:\bfrom|\bimport|\brequire\()\s*["']([^"']+)["']/g)) {
    if (target.startsWith(".")) behind(join(dirname(file), target), seen);
    else if (!target.startsWith("node:")) seen.set(target, `the package ${target}`);
  }
  return seen;
}

const problems = [];
for (const { name, import: esm, require: cjs } of entryPoints) {
  for (const entry of [esm.default, cjs.default]) {
    const files = behind(join(entry));
    for (const [file, text] of files) if (text === `the package ${file}`) problems.push(`${entry} imports ${text}`);
    for (const [what, pattern, allowed] of FORBIDDEN) {
      const found = [...files].filter(([, text]) => pattern.test(text));
      if (allowed.includes(name) && found.length === 0) problems.push(`${entry} holds no sign of ${what}: ${pattern}`);
      if (allowed.includes(name)) continue;
      for (const [file, text] of found) problems.push(`${name} holds ${what} in ${file}: ${pattern.exec(text)[0]}`);
    }
  }
}
conclude(problems);
