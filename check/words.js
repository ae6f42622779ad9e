// Looks for words and phrases that make this project's text hard to read: in the source, the guides and the other pages, and the examples.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { conclude } from "./conclude.js";
import { root } from "./entry-points.js";

/** Each pattern with what to write instead. These hold everywhere. */
const EVERYWHERE = [
  [/\bunless told\b/i, 'name the default: "Default: 6."'],
  [/\b(nobody|somebody|everybody|anybody|whoever)\b/i, "the role: attacker, user, caller, they"],
  [/(?<!['"`=])\b(he|him|his|she|hers)\b(?!['"`:])/i, "the role, or they"],
  [/\bdoors?\b/i, "entry point"],
  [/\btombstones?\b/i, "marker"],
];

/** These hold in what users read: the pages, the examples and the source. */
const PUBLIC = [
  ...EVERYWHERE,
  [/\btold\b/i, '"emitted", "shown", "informed", or name who does what'],
  [/\bis no /i, '"is not a ...", "has no ..." or "... does not exist"'],
  [/\(traps? \d/i, "the reason itself; only the title of a test cites a number"],
  [/\brooms?\b/i, '"folder", or what fits in where'],
  [/\b(a|the) law of\b|(?<!-)\blaws\b/i, "rule"],
  [/\bin a row\b/i, '"consecutive"; or "in your own table"'],
  [/\brow of (your|its) own\b|\bcolumn of your own(?! table)\b/i, "your own table"],
  [/\bright codes?\b/i, "valid code"],
  [/\blet pass\b/i, "accepted"],
  [/\bbeside\b/i, '"next to", "with" or "apart from"'],
  [/\bat once\b/i, '"immediately" or "at the same time"'],
  [
    /^#+ (A login|Ids|Numbers|Beside the guard|What it says when something is wrong)$/,
    "a heading that names its subject",
  ],
];

const filesIn = (folder, pattern) =>
  readdirSync(join(root, folder), { recursive: true })
    // Next.js and SvelteKit build in the folder of their example.
    .filter((file) => pattern.test(file) && !/node_modules|\.next|\.svelte-kit/.test(file))
    .map((file) => join(folder, file));

const pages = [
  ...["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...filesIn("guides", /\.md$/),
  ...filesIn("src", /\.ts$/),
  ...filesIn("examples", /\.(js|ts|tsx|md|html)$/),
  // What is built is not under version control.
  ...filesIn("site", /^(?!(pages|dist|\.vitepress\/cache)\/).*\.(js|ts|md|html)$/),
];
const tools = ["test", "check", "bench", "build"].flatMap((folder) => filesIn(folder, /\.([cm]?[jt]s|md)$/));

const problems = [];
for (const [files, phrases] of [
  [pages, PUBLIC],
  // This file lists the words.
  [tools.filter((file) => file !== "check/words.js"), EVERYWHERE],
]) {
  for (const file of files.sort()) {
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    for (const [i, line] of lines.entries()) {
      for (const [pattern, instead] of phrases) {
        const found = pattern.exec(line);
        if (found) problems.push(`${file}:${i + 1} says "${found[0].trim()}": write ${instead}`);
      }
    }
  }
}
conclude(problems);
