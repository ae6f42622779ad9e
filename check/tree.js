// Searches everything that git tracks for what must never be committed, and the workflows for what would let code of others publish.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { conclude } from "./conclude.js";
import { root } from "./entry-points.js";

const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
const problems = [];
for (const file of files) {
  const text = readFileSync(join(root, file), "utf8");
  if (/(^|\/)(node_modules|dist|coverage)\/|\.tgz$/.test(file)) problems.push(`${file} is generated`);
  if (/"resolved":\s*"http/.test(text)) problems.push(`${file} records a download address`);
  if (/\bregistry\.(npmjs|yarnpkg)\b/.test(text) && file !== "check/tree.js") problems.push(`${file} names a registry`);
  if (/(?<![\w.])\/(home|root|work|Users)\/\w/.test(text)) problems.push(`${file} contains a path of a machine`);
  const twin = file.replace(/\.d\.([cm]?)ts$/, ".$1js");
  if (twin !== file && files.includes(twin)) problems.push(`${file} describes ${twin}, which can be TypeScript itself`);
  if (file.startsWith(".github/workflows/")) problems.push(...workflowProblems(file, text));
}
conclude(problems);

function* workflowProblems(file, text) {
  for (const [, action] of text.matchAll(/\buses:\s*(\S+)/g)) {
    // A tag can be moved to other code. A commit cannot.
    if (!/^\.\/|@[0-9a-f]{40}$/.test(action)) yield `${file} does not pin ${action} to a commit`;
  }
  const jobs = text.slice(text.indexOf("\njobs:")).split(/\n(?= {2}\w[\w-]*:\n)/);
  for (const job of jobs.filter((job) => /\bid-token:\s*write\b/.test(job))) {
    const foreign = /actions\/checkout|npm (ci|install|run|exec|test)\b|npx |node /.exec(job);
    if (foreign) yield `${file}: a job that can publish runs code of others: ${foreign[0]}`;
  }
  if (/\bnpm publish\b/.test(text) && !text.includes('git merge-base --is-ancestor "$GITHUB_SHA" origin/main')) {
    yield `${file} publishes a tag that may not be on main`;
  }
}
