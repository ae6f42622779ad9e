// What must never be committed, searched for in all that git tracks.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const files = execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" }).split("\0").filter(Boolean);
const problems = [];
for (const file of files) {
  if (/(^|\/)(node_modules|dist|coverage)\/|\.tgz$/.test(file)) problems.push(`${file} is generated`);
  const text = readFileSync(file, "utf8");
  if (/"resolved":\s*"http/.test(text)) problems.push(`${file} records a download address`);
  if (/\bregistry\.(npmjs|yarnpkg)\b/.test(text) && file !== "check/tree.js") problems.push(`${file} names a registry`);
  for (const [, action] of file.startsWith(".github/workflows/") ? text.matchAll(/\buses:\s*(\S+)/g) : []) {
    // A tag can be moved to other code; a commit cannot.
    if (!/^\.\/|@[0-9a-f]{40}$/.test(action)) problems.push(`${file} does not pin ${action} to a commit`);
  }
  if (/(?<![\w.])\/(home|root|work|Users)\/\w/.test(text)) problems.push(`${file} holds a path of a machine`);
}
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
