// Looks for text that must not stand in the code of an entry point and of the files that it opens. Each pattern names the only entry
// points that may contain it. Those entry points must contain it, so that a pattern that matches nothing any more is noticed.
import { join } from "node:path";
import { filesBehind } from "./built-files.js";
import { conclude } from "./conclude.js";
import { entryPoints } from "./entry-points.js";

const FORBIDDEN = [
  ["a module of Node", /\bnode:\w+/, ["otp-core/hmac/node"]],
  ["a command of Redis", /\bredis|\b(EVAL|EVALSHA|PEXPIREAT)\b/i, ["otp-core/store/redis"]],
  ["a statement of SQL", /\b(SELECT|INSERT|UPDATE|DELETE|CREATE TABLE)\b/, ["otp-core/store/sql"]],
  ["WebCrypto's key store", /\bimportKey\b/, ["otp-core/hmac/web", "otp-core/account", "otp-core/tokens"]],
  [
    "a global that small engines lack",
    /\b(TextEncoder|TextDecoder|URL|URLSearchParams|Buffer|process|Intl|atob|btoa)\b/,
    [],
  ],
  ["code made of text", /\beval\(|\bnew Function\b/, []],
];

const problems = [];
for (const { name, import: esm, require: cjs } of entryPoints) {
  for (const entry of [esm.default, cjs.default]) {
    const files = [...filesBehind(join(entry))];
    for (const [file, code] of files) if (code === null) problems.push(`${entry} imports the package ${file}`);
    for (const [what, pattern, allowed] of FORBIDDEN) {
      const found = files.filter(([, code]) => code !== null && pattern.test(code));
      if (allowed.includes(name) && found.length === 0) problems.push(`${entry} contains no ${what}: ${pattern}`);
      if (allowed.includes(name)) continue;
      for (const [file, code] of found) problems.push(`${name} contains ${what} in ${file}: ${pattern.exec(code)[0]}`);
    }
  }
}
conclude(problems);
