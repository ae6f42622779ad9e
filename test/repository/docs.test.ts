// Every example of the README, the guides and the source's documentation runs, as a reader would paste it, against the built package.
// A line `console.log(...); // text` promises what it prints.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { findAlwaysTrue } from "../../check/always-true.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Example {
  readonly place: string;
  readonly code: string;
}

/** Blocks of TypeScript, apart from those that are lifted from a program. */
function fenced(file: string, text: string): Example[] {
  return [...text.matchAll(/^```ts\n(?!\/\/ examples\/)([\s\S]*?)^```$/gm)].map((block) => ({
    place: `${file}:${text.slice(0, block.index).split("\n").length}`,
    code: block[1] ?? "",
  }));
}

const read = (file: string) => readFileSync(join(root, file), "utf8");

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => join("src", file))
  .sort();

/** What is for reading: the README and the guides. */
const documents = [
  "README.md",
  ...readdirSync(join(root, "guides"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("guides", file)),
];

const examples = [
  ...documents.flatMap((file) => fenced(file, read(file))),
  ...sources.flatMap((file) => fenced(file, read(file).replace(/^ *\* ?/gm, ""))),
];

/** What the compiler says of each example, as a module of a strict project that imports the package; then conditions that are always true. */
function typeCheck(modules: readonly Example[]): ReadonlyMap<string, readonly string[]> {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { paths, ...strict } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options;
  const options = { ...strict, noUncheckedIndexedAccess: true, noUnusedLocals: false };
  const files = new Map(modules.map(({ code }, i) => [join(root, `example-${i}.mts`), code]));
  const host = ts.createCompilerHost(options);
  const [exists, readFile] = [host.fileExists.bind(host), host.readFile.bind(host)];
  host.fileExists = (file) => files.has(file) || exists(file);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  const program = ts.createProgram([...files.keys()], options, host);
  return new Map(
    [...files.keys()].map((file, i): [string, string[]] => {
      const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
      const said = found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
      const conditions = findAlwaysTrue(program, file).map(({ condition }) => `${condition} is always true`);
      return [modules[i]?.place ?? "", [...said, ...conditions]];
    }),
  );
}

function promisedLines(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\);? *\/\/ (.*)$/gm)].map((line) => line[1] ?? "");
}

describe("the examples", () => {
  it("are found", () => {
    expect(examples.some(({ place }) => place.startsWith("README.md"))).toBe(true);
    expect(examples.length).toBeGreaterThan(20);
  });

  it.each(examples)("$place does what it says", ({ code }) => {
    const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
    const { outputText } = ts.transpileModule(code, { compilerOptions: options });
    const run = spawnSync(process.execPath, ["--input-type=module"], {
      cwd: root,
      input: outputText,
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    const promised = promisedLines(code);
    expect(promised.length, "an example that promises nothing proves nothing").toBeGreaterThan(0);
    expect(run.stdout.trimEnd().split("\n")).toEqual(promised);
  });

  const faults = typeCheck(examples);

  it.each(examples)("$place passes the strictest compiler, and does not ask it to look away", ({ place, code }) => {
    expect(faults.get(place) ?? []).toEqual([]);
    expect(code).not.toMatch(/\bany\b|@ts-/);
  });

  it("would not pass it with a type that is wrong", () => {
    const wrong = 'import { totp } from "otp-core";\nconst code: number = totp({ secret: 5 });\nconsole.log(code);\n';
    expect(typeCheck([{ place: "wrong", code: wrong }]).get("wrong")).toHaveLength(2);
  });

  it("would not pass it with an outcome, or a promise, as a condition", () => {
    const uses = [
      "if (await guard.attempt(request)) console.log();",
      "if (guard.verify(request)) console.log();",
      "const outcome = await guard.attempt(request);\nif (request.code !== '' && !outcome) console.log();",
      "console.log((await guard.attempt(request)) ? 1 : 2);",
      "while (await guard.attempt(request)) break;",
      "console.log(Boolean(await guard.attempt(request)));",
    ];
    const begin = `import { createTotpKey } from "otp-core";
      import { createGuard } from "otp-core/guard";
      import { memoryStore } from "otp-core/store";
      const guard = createGuard({ store: memoryStore() });
      const request = { subject: "user-1", key: createTotpKey({ issuer: "a", account: "b" }), code: "" };\n`;
    const right = [
      "if (await guard.verify(request)) console.log();",
      "if ((await guard.attempt(request)).ok) console.log();",
    ];
    const faults = typeCheck([...uses, ...right].map((code) => ({ place: code, code: begin + code })));
    for (const code of uses) expect(faults.get(code)?.at(-1), code).toMatch(/ is always true$/);
    for (const code of right) expect(faults.get(code), code).toEqual([]);
  });
});

describe("the commands of the README", () => {
  // `npx otp-core ...` in a shell block, with what it prints in the comment behind it or below.
  const commands = [...read("README.md").matchAll(/^npx otp-core (.*?)(?: +|\n)# (.*)$/gm)].map((line) => ({
    command: line[1] ?? "",
    printed: line[2] ?? "",
  }));

  it("are found", () => expect(commands.length).toBeGreaterThan(0));

  it.each(commands)("otp-core $command", ({ command, printed }) => {
    const run = spawnSync(process.execPath, ["dist/cli/main.js", ...command.split(" ")], {
      cwd: root,
      encoding: "utf8",
    });
    expect(run.stdout.trimEnd()).toBe(printed);
  });
});

describe("the snippets of the README and the guides", () => {
  // In a block of JavaScript each piece names the program that it was lifted from, which another test executes. A block of TypeScript
  // may do the same.
  const blocks = documents.flatMap((file) =>
    [...read(file).matchAll(/^```(?:js\n|ts\n(?=\/\/ examples\/))([\s\S]*?)^```$/gm)].map((block) => block[1] ?? ""),
  );
  const snippets = blocks.flatMap((block) =>
    block.split(/^\/\/ (?=examples\/)/m).flatMap((piece) => {
      const [file = "", ...lines] = piece.split("\n");
      return file === "" ? [] : [{ file, code: lines.join("\n").trim() }];
    }),
  );

  it("are found", () => expect(snippets.length).toBeGreaterThan(5));

  it.each(snippets)("$file holds its snippet, and a test runs it", ({ file, code }) => {
    expect(code.length).toBeGreaterThan(20);
    expect(read(file)).toContain(code);
  });
});

describe("the links of the README and the guides", () => {
  const links = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:)([^)#]+)/g)].map((link) => ({ file, target: link[1] ?? "" })),
  );

  it.each(links)("$file: $target is there", ({ file, target }) => {
    expect(existsSync(join(root, dirname(file), target))).toBe(true);
  });
});
