// The rules of `guides/design.md` about `src`: folders are layers, an import points to a lower layer, `node:` stays where it is allowed,
// folders and files stay small, and only entry points re-export.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { entryPoints } from "../../check/entry-points.js";
import { FOLDERS } from "../mutation/folders.js";

const src = fileURLToPath(new URL("../../src", import.meta.url));

/** The layers, the lowest one first. A file at the root of `src` is listed under its own name. Members of a layer do not import each other. */
const LAYERS: readonly (readonly string[])[] = [
  ["errors"],
  ["check"],
  ["time"],
  ["encoding"],
  ["hmac"],
  ["key", "store"],
  ["otp", "uri"],
  ["attempts", "transaction", "migration", "tokens", "diagnosis"],
  ["guard", "passcodes", "recovery", "limiter", "ocra"],
  ["account"],
  ["index"],
  ["cli", "testing", "compat"],
];

/** Packages that are part of the command's build. Only the named file imports them, and the library never does. */
const BUNDLED: Readonly<Record<string, string>> = { uqr: "cli/qr.ts" };
const MAY_USE_NODE = /^(hmac\/node\.ts|cli\/.*)$/;

const MOST_FILES = 14;
const MOST_LINES = 200;
/** Longer files, each with the reason why it is not two. */
const LONG_FILES: Readonly<Record<string, string>> = {
  "account/accounts.ts": "the interface documents each of its twenty-two methods",
  "account/check-request.ts": "one check for each request, a few lines each",
  "account/machine.ts": "the interface documents each of its twenty-one methods",
  "testing/store-contract.ts": "a list of rules for stores, each a few lines",
};

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replaceAll("\\", "/"))
  .sort();

const textOf = (file: string) => readFileSync(join(src, file), "utf8");
const nameOf = (file: string) => file.split("/")[0]?.replace(/\.ts$/, "") ?? "";
const layerOf = (name: string) => LAYERS.findIndex((layer) => layer.includes(name));

function importsOf(file: string): string[] {
  return ts.preProcessFile(textOf(file), true, true).importedFiles.map(({ fileName }) => fileName);
}

/** The folder or root file that an import of `file` leads to. The command imports the library through its entry points. */
function targetOf(file: string, imported: string): string {
  const entry = entryPoints.find(({ name }) => name === imported);
  return nameOf(entry?.source.replace(/^src\//, "") ?? relative(src, join(src, dirname(file), imported)));
}

describe("the import graph", () => {
  it("is drawn from files that exist", () => {
    expect(files).toContain("otp/verify-totp.ts");
    expect(importsOf("otp/verify-totp.ts")).toContain("../check.ts");
  });

  it.each(files)("%s belongs to a layer", (file) => {
    expect(LAYERS.flat()).toContain(nameOf(file));
  });

  it.each(files)("%s imports lower layers only", (file) => {
    const name = nameOf(file);
    for (const imported of importsOf(file)) {
      if (imported.startsWith("node:") || BUNDLED[imported] === file) continue;
      const target = targetOf(file, imported);
      // Files of one folder may import each other.
      if (target === name && file.includes("/")) continue;
      expect(layerOf(target), `${file} imports ${imported}, which is in no layer`).toBeGreaterThanOrEqual(0);
      expect(layerOf(target), `${file} imports ${imported}`).toBeLessThan(layerOf(name));
    }
  });

  it.each(files)(
    "%s imports Node's modules only where they are allowed, and no package except an optional peer",
    (file) => {
      for (const imported of importsOf(file)) {
        if (imported.startsWith("./") || imported.startsWith("../")) continue;
        expect(MAY_USE_NODE.test(file), `${file} imports ${imported}`).toBe(true);
        const isEntryPoint = entryPoints.some(({ name }) => name === imported);
        const known = imported.startsWith("node:") || isEntryPoint || BUNDLED[imported] === file;
        expect(known, `${file} imports ${imported}`).toBe(true);
      }
    },
  );

  it.each(files)("%s uses no global that a small engine lacks", (file) => {
    // A server has timers. Where they exist, calls of a store have a deadline.
    // Without `atob` the WebAssembly signer uses the plain engine (test/hmac/wasm.test.ts).
    if (MAY_USE_NODE.test(file) || ["store/step/time-limit.ts", "hmac/wasm.ts"].includes(file)) return;
    const source = textOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    expect(source).not.toMatch(
      /\b(TextEncoder|TextDecoder|URL|URLSearchParams|Buffer|process|setTimeout|Intl|btoa|atob)\b/,
    );
  });

  it("has no circle", () => {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]) => {
      expect(path, `a circle at ${file}`).not.toContain(file);
      if (done.has(file)) return;
      done.add(file);
      for (const target of importsOf(file)) {
        if (target.startsWith(".")) visit(join(dirname(file), target).replaceAll("\\", "/"), [...path, file]);
      }
    };
    for (const file of files) visit(file, []);
  });

  it("draws random bytes in one place only", () => {
    const drawing = files.filter((file) => textOf(file).includes("getRandomValues("));
    expect(drawing).toEqual(["encoding/random.ts"]);
    for (const file of files) expect(textOf(file)).not.toMatch(/Math\.random/);
  });
});

describe("the shape of src", () => {
  const folders = [...new Set(files.map(dirname))];

  it.each(folders)(`%s has at most ${MOST_FILES} files`, (folder) => {
    expect(files.filter((file) => dirname(file) === folder).length).toBeLessThanOrEqual(MOST_FILES);
  });

  it.each(files)(`%s has at most ${MOST_LINES} lines, unless a reason is named`, (file) => {
    const lines = textOf(file).trimEnd().split("\n").length;
    if (file in LONG_FILES) expect(lines, `${file} needs no reason any more`).toBeGreaterThan(MOST_LINES);
    else expect(lines).toBeLessThanOrEqual(MOST_LINES);
  });

  it.each(files)("%s is named after what it contains", (file) => {
    expect(file).not.toMatch(/(^|\/)(utils?|helpers?|commons?|types?|misc|shared)(\/|\.ts$)/);
  });

  it("has one file for every entry point", () => {
    for (const { source } of entryPoints) expect(files).toContain(source.replace(/^src\//, ""));
  });

  it.each(files)("%s re-exports only if it is an entry point, and an index contains nothing else", (file) => {
    const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest);
    const isReExport = (node: ts.Statement) => ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined;
    const isEntryPoint = entryPoints.some((entry) => entry.source === `src/${file}`);
    if (!isEntryPoint) expect(source.statements.filter(isReExport)).toEqual([]);
    if (/(^|\/)index\.ts$/.test(file)) expect(source.statements.every(isReExport), `${file} contains code`).toBe(true);
  });
});

describe("the mutation test", () => {
  const sources = Object.values(FOLDERS).flatMap(({ source }) => source.flatMap(expandBraces));

  it("breaks every folder and file of the library", () => {
    const mutated = files.filter((file) => !/^(cli|compat)\/|^index\.ts$/.test(file));
    for (const file of mutated) {
      const [root] = file.split("/");
      const deep = file.split("/").length > 2;
      const place = file.includes("/") ? `src/${root}/${deep ? "*/" : ""}*.ts` : `src/${file}`;
      expect(sources).toContain(place);
    }
  });

  it.each(Object.entries(FOLDERS))("names tests of %s that exist", (_, { tests }) => {
    for (const file of tests.flatMap(expandBraces)) {
      const place = join(src, "..", file);
      const found = file.endsWith("*.test.ts") ? readdirSync(dirname(place)).some(isTest) : existsSync(place);
      expect(found, file).toBe(true);
    }
  });
});

const isTest = (file: string) => file.endsWith(".test.ts");

/** `a{b,c}` is `ab` and `ac`. */
function expandBraces(pattern: string): string[] {
  const [, before, list, after] = /^(.*)\{(.*)\}(.*)$/.exec(pattern) ?? [];
  return list === undefined ? [pattern] : list.split(",").map((each) => `${before}${each}${after}`);
}

describe("the package", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

  it("depends on nothing at run time", () => {
    expect(Object.keys(manifest)).not.toContain("dependencies");
    expect(Object.keys(manifest)).not.toContain("optionalDependencies");
  });

  it("has no dependency, and contains the notice of each package that the command contains", () => {
    expect(manifest).not.toHaveProperty("dependencies");
    expect(manifest).not.toHaveProperty("peerDependencies");
    const command = readFileSync(new URL("../../dist/cli/main.js", import.meta.url), "utf8");
    for (const [name, file] of Object.entries(BUNDLED)) {
      expect(manifest.devDependencies[name]).toMatch(/^\d/);
      expect(readFileSync(join(src, file), "utf8")).toContain(`await import("${name}")`);
      const notice = readFileSync(new URL(`../../node_modules/${name}/LICENSE`, import.meta.url), "utf8");
      const holders = notice.match(/^Copyright .*$/gm) ?? [];
      expect(holders.length).toBeGreaterThan(0);
      for (const holder of holders) expect(command).toContain(holder);
      expect(command).toContain(`${name} ${manifest.devDependencies[name]}`);
      expect(command).not.toMatch(new RegExp(`import\\s*\\(?["']${name}["']`));
    }
  });

  it("names Node's modules with their prefix, the only form that Deno and edge runtimes know", () => {
    const built = (file: string) => readFileSync(new URL(`../../dist/${file}`, import.meta.url), "utf8");
    expect(built("hmac/node.js")).toMatch(/from ['"]node:crypto['"]/);
    expect(built("hmac/node.cjs")).toMatch(/require\(['"]node:crypto['"]\)/);
    expect(built("cli/main.js")).not.toMatch(/from ["'](fs|util|crypto|timers\/promises)["']/);
  });

  it("is built from a commit of main, and the job that publishes it runs no code of the repository (field F6)", () => {
    const workflow = readFileSync(new URL("../../.github/workflows/release.yml", import.meta.url), "utf8");
    const jobs = workflow.slice(workflow.indexOf("\njobs:")).split(/\n(?= {2}\w[\w-]*:\n)/);
    const [build = "", ...otherBuilds] = jobs.filter((job) => job.includes("npm run build"));
    const [publish = "", ...otherPublishers] = jobs.filter((job) => job.includes("npm publish"));
    expect([...otherBuilds, ...otherPublishers]).toEqual([]);
    const onMain = build.indexOf('git merge-base --is-ancestor "$GITHUB_SHA" origin/main');
    expect(onMain).toBeGreaterThan(0);
    expect(onMain).toBeLessThan(build.indexOf("npm ci"));
    // The right to publish is that of one job only, which waits for the build and takes the package from it.
    expect(jobs.filter((job) => job.includes("id-token: write"))).toEqual([publish]);
    expect(workflow.slice(0, workflow.indexOf("\njobs:"))).not.toContain("write");
    expect(publish).toMatch(/^ {4}needs: build$/m);
    expect(publish).not.toMatch(/actions\/checkout|npm (ci|install|run)\b/);
    expect(publish).toContain("--ignore-scripts");
  });

  it("runs nothing when it is installed", () => {
    for (const script of ["preinstall", "install", "postinstall", "prepare"])
      expect(manifest.scripts).not.toHaveProperty(script);
  });

  it("has these entry points, and no other file can be imported", () => {
    expect(Object.keys(manifest.exports)).toEqual([
      ".",
      "./hmac",
      "./hmac/node",
      "./hmac/web",
      "./hmac/wasm",
      "./store",
      "./store/redis",
      "./store/sql",
      "./guard",
      "./passcodes",
      "./recovery",
      "./limiter",
      "./account",
      "./ocra",
      "./tokens",
      "./compat/otplib",
      "./compat/speakeasy",
      "./testing",
      "./package.json",
    ]);
    expect(manifest.sideEffects).toBe(false);
    expect(manifest.engines).toEqual({ node: ">=18" });
  });
});
