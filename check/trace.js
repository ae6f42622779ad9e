// `npm run trace`: which tests hold us to which rule of requirements.md. A rule without a test and without a reason is a hole, and so is a
// test that cites a rule that is not there. Only titles of tests count: they are what a run reports as passed or failed.
//
//   node check/trace.js           prints the table, and the holes
//   node check/trace.js --write   writes guides/traceability.md
//   node check/trace.js --check   prints the holes, of which one is a guide that is not current
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { conclude } from "./conclude.js";
import { root } from "./entry-points.js";

const GUIDE = "guides/traceability.md";
const INTRODUCTION = `# From the standards to the tests

Each rule of the standards that touches the library, each way in which others were broken and each habit of key URIs, with the tests that
hold us to it, or the reason why there is none. A test names the rule in its title; \`npm run trace\` prints the lines, and \`npm run check\`
fails on a hole. This page is written by \`node check/trace.js --write\`.
`;

const [mode] = process.argv.slice(2);
const sections = readRequirements(readFileSync(join(root, "check/requirements.md"), "utf8"));
const rows = sections.flatMap((section) => section.rows);
const { citations, unknown } = readCitations(new Set(rows.map(({ id }) => id)));

const holes = rows.filter(({ id, reason }) => reason === "" && !citations.has(id));
const problems = [
  ...holes.map(({ id, rule }) => `${id} has neither a test nor a reason: ${rule}`),
  ...unknown.map(({ id, place }) => `${place} cites ${id}, which is not in check/requirements.md`),
];
if (mode === "--write") writeFileSync(join(root, GUIDE), guide());
if (mode === "--check" && readFileSync(join(root, GUIDE), "utf8") !== guide()) {
  problems.push(`${GUIDE} is not current: node check/trace.js --write`);
}
if (mode === undefined) printTable();
conclude(problems);

/** The sections of the file, each with the rows of its table. */
function readRequirements(text) {
  const ids = new Set();
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title, ...lines] = section.trim().split("\n");
      const table = lines.filter((line) => line.startsWith("|")).slice(2);
      const cells = table.map((line) => line.split("|").map((cell) => cell.trim()));
      const rows = cells.map(([, id, source, rule, reason, end]) => {
        if (!id || !source || !rule || end !== "" || ids.has(id)) throw new Error(`not a row, or a second one: ${id}`);
        ids.add(id);
        return { id, source, rule, reason };
      });
      return { title, rows };
    });
}

/** The ids in a title: `T13`, `trap 6`, `traps 42, 44 and 46`, `quirks 7 to 9`, `OCRA 3`, `field A1`. */
function* idsIn(title) {
  for (const [id] of title.matchAll(/\b[HTNOR][1-9]\d?\b/g)) yield id;
  for (const [, list] of title.matchAll(/\bfield ([A-G]\d\d?(?:(?:, | and | to )[A-G]\d\d?)*)/g)) {
    for (const [id] of list.matchAll(/[A-G]\d\d?/g)) yield `field ${id}`;
  }
  for (const [, kind, list] of title.matchAll(
    /\b(trap|quirk|draft|OCRA|PSKC|payment)s? (\d+(?:(?:, | and | to )\d+)*)/g,
  )) {
    for (const [, from, to = from] of list.matchAll(/(\d+)(?: to (\d+))?/g)) {
      for (let number = Number(from); number <= Number(to); number++) yield `${kind} ${number}`;
    }
  }
}

/** Which titles cite which rule, as `{ file, line }`, and which cite one that does not exist. */
function readCitations(ids) {
  const citations = new Map();
  const unknown = [];
  const files = readdirSync(join(root, "test"), { recursive: true })
    .map((file) => `test/${file}`)
    .filter((file) => /(?<!\.d)\.[jt]s$/.test(file) && !file.includes("node_modules"))
    .sort();
  for (const file of files) {
    for (const { title, line } of titlesIn(file)) {
      for (const id of new Set(idsIn(title))) {
        if (!ids.has(id)) unknown.push({ id, place: `${file}:${line}` });
        else citations.set(id, [...(citations.get(id) ?? []), { file, line }]);
      }
    }
  }
  return { citations, unknown };
}

/** The titles of `it(title)`, `describe(title)` and `it.each(table)(title)` in a file, and what a table puts in the place of `%s`. */
function titlesIn(file) {
  const titles = [];
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest);
  const note = (node) => {
    if (!node || !(ts.isStringLiteralLike(node) || ts.isTemplateExpression(node))) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    titles.push({ title: node.getText(source), line: line + 1 });
  };
  const visit = (node) => {
    if (ts.isCallExpression(node) && /^(it|describe)\b/.test(node.expression.getText(source))) {
      const [title] = node.arguments;
      note(title);
      const [table] = ts.isCallExpression(node.expression) ? node.expression.arguments : [];
      if (table && ts.isArrayLiteralExpression(table) && title?.getText(source).includes("%s")) {
        for (const row of table.elements) note(ts.isArrayLiteralExpression(row) ? row.elements[0] : row);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

function printTable() {
  for (const { title, rows } of sections) {
    console.log(`\n${title}`);
    for (const { id, source, rule, reason } of rows) {
      console.log(`\n  ${id.padEnd(9)} ${rule} (${source})`);
      if (reason !== "") console.log(`            ${reason}`);
      for (const { file, line } of citations.get(id) ?? []) console.log(`            ${file}:${line}`);
    }
  }
  const tested = rows.filter(({ id }) => citations.has(id)).length;
  const reasons = rows.length - tested - holes.length;
  console.log(`\n${rows.length} rules: ${tested} tested, ${reasons} with a reason why not, ${holes.length} holes.`);
}

/** The page. It names files and no lines, which move with every edit. */
function guide() {
  const tables = sections.map(({ title, rows }) => {
    const lines = rows.map(({ id, source, rule, reason }) => {
      const files = [...new Set((citations.get(id) ?? []).map(({ file }) => file))];
      const links = files.map((file) => `[${file.slice(5).replace(/(\.test)?\.[jt]s$/, "")}](../${file})`);
      return `| ${id} | ${source} | ${rule} | ${[reason, links.join(", ")].filter(Boolean).join(" ")} |`;
    });
    return `## ${title}\n\n| id | source | rule | tests, or why none |\n|---|---|---|---|\n${lines.join("\n")}\n`;
  });
  return [INTRODUCTION, ...tables].join("\n");
}
