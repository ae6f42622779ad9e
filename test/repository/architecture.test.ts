// The import graph as DESIGN draws it: folders are floors, an import points downwards, floors of one height do not know each
// other, and `node:` stays in the rooms that are made for it.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const src = fileURLToPath(new URL("../../src", import.meta.url));

/** What the folders of src stand on, from the ground up; a file at the root of src is a floor under its own name. */
const HEIGHTS: Readonly<Record<string, number>> = {
  errors: 1,
  check: 2,
  time: 2.5,
  encoding: 3,
  hmac: 4,
  key: 5,
  store: 5,
  otp: 6,
  uri: 6,
  attempts: 7,
  migration: 7,
  tokens: 7,
  transaction: 7,
  guard: 8,
  passcodes: 8,
  recovery: 8,
  limiter: 8,
  account: 9,
  ocra: 8,
  index: 9,
  testing: 10,
  cli: 10,
};

/** The command is a user of the package: it comes in through the door. */
const DOORS: Readonly<Record<string, string>> = { "otp-core": "index", "otp-core/ocra": "ocra" };
/** What a user may install beside the package, and the one file that loads it, when it is wanted. */
const OPTIONAL_PEERS: Readonly<Record<string, string>> = { uqr: "cli/qr.ts" };
const ROOMS_WITH_NODE = /^(hmac\/node\.ts|cli\/.*)$/;

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replaceAll("\\", "/"))
  .sort();

const floorOf = (file: string) => file.split("/")[0]?.replace(/\.ts$/, "") ?? "";

function importsOf(file: string): string[] {
  const source = ts.preProcessFile(readFileSync(join(src, file), "utf8"), true, true);
  return source.importedFiles.map(({ fileName }) => fileName);
}

describe("the import graph", () => {
  it("is drawn from files that are there", () => {
    expect(files).toContain("otp/verify.ts");
    expect(importsOf("otp/verify.ts")).toContain("../check.ts");
  });

  it.each(files)("%s stands on a known floor", (file) => {
    expect(Object.keys(HEIGHTS)).toContain(floorOf(file));
  });

  it.each(files)("%s imports downwards only", (file) => {
    const floor = floorOf(file);
    for (const target of importsOf(file)) {
      if (target.startsWith("node:") || OPTIONAL_PEERS[target] === file) continue;
      const local = relative(src, join(src, dirname(file), target)).replaceAll("\\", "/");
      const below = DOORS[target] ?? floorOf(local);
      // Files of one folder may know each other; a file at the root of src is a layer by itself.
      if (below === floor && file.includes("/")) continue;
      expect(HEIGHTS[below], `${file} imports ${target}`).toBeLessThan(HEIGHTS[floor] ?? 0);
    }
  });

  it.each(files)(
    "%s imports nothing of Node unless it is made for Node, and no package but an optional peer",
    (file) => {
      for (const target of importsOf(file)) {
        if (target.startsWith("./") || target.startsWith("../")) continue;
        expect(ROOMS_WITH_NODE.test(file), `${file} imports ${target}`).toBe(true);
        const known = target.startsWith("node:") || target in DOORS || OPTIONAL_PEERS[target] === file;
        expect(known, `${file} imports ${target}`).toBe(true);
      }
    },
  );

  it.each(files)("%s uses no global that a small engine lacks", (file) => {
    // A server has timers; the guard waits for its store with them where they are.
    if (ROOMS_WITH_NODE.test(file) || file === "store/time-limit.ts") return;
    const source = readFileSync(join(src, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
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
    const drawing = files.filter((file) => readFileSync(join(src, file), "utf8").includes("getRandomValues("));
    expect(drawing).toEqual(["encoding/random.ts"]);
    for (const file of files) expect(readFileSync(join(src, file), "utf8")).not.toMatch(/Math\.random/);
  });
});

describe("the package", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

  it("depends on nothing at run time", () => {
    expect(Object.keys(manifest)).not.toContain("dependencies");
    expect(Object.keys(manifest)).not.toContain("optionalDependencies");
  });

  it("works without its peers, which are loaded only when they are wanted", () => {
    expect(Object.keys(manifest.peerDependencies)).toEqual(Object.keys(OPTIONAL_PEERS));
    for (const [peer, file] of Object.entries(OPTIONAL_PEERS)) {
      expect(manifest.peerDependenciesMeta[peer]).toEqual({ optional: true });
      const source = readFileSync(join(src, file), "utf8");
      expect(source).toContain(`await import("${peer}")`);
      expect(source).not.toMatch(new RegExp(`from "${peer}"|import "${peer}"`));
    }
  });

  it("names Node's modules with their prefix, which is all that Deno and the edge know", () => {
    const built = (file: string) => readFileSync(new URL(`../../dist/${file}`, import.meta.url), "utf8");
    expect(built("hmac/node.js")).toMatch(/from ['"]node:crypto['"]/);
    expect(built("hmac/node.cjs")).toMatch(/require\(['"]node:crypto['"]\)/);
    expect(built("cli/main.js")).not.toMatch(/from ["'](fs|util|crypto|timers\/promises)["']/);
  });

  it("runs nothing when it is installed", () => {
    for (const script of ["preinstall", "install", "postinstall", "prepare"])
      expect(manifest.scripts).not.toHaveProperty(script);
  });

  it("has doors and nothing deep", () => {
    expect(Object.keys(manifest.exports)).toEqual([
      ".",
      "./hmac",
      "./hmac/node",
      "./hmac/web",
      "./store",
      "./store/redis",
      "./store/sql",
      "./guard",
      "./passcodes",
      "./recovery",
      "./limiter",
      "./ocra",
      "./tokens",
      "./testing",
      "./package.json",
    ]);
    expect(manifest.sideEffects).toBe(false);
    expect(manifest.engines).toEqual({ node: ">=18" });
  });
});
