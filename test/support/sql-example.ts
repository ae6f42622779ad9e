// Runs a program of examples/ as a user would, against the built package.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** What only two of the examples need: `npm ci` in test/runtimes. */
const extra = join(root, "test/runtimes/node_modules");

const folderOf = (name: string) => [join(root, "node_modules"), extra].find((folder) => existsSync(join(folder, name)));
const runs = (node: string, script: string) => spawnSync(node, ["-e", script]).status === 0;

/** In a version that was built for this version of Node. */
export const hasBetterSqlite3 = runs(
  process.execPath,
  `new (require(${JSON.stringify(join(folderOf("better-sqlite3") ?? "", "better-sqlite3"))}))(":memory:")`,
);

/** A Node that has node:sqlite: this one, or a newer one. */
export const nodeWithSqlite = [process.execPath, join(extra, "node24/bin/node")].find((node) =>
  runs(node, 'require("node:sqlite")'),
);

/** What an example prints that lets a code pass once. */
export const ONCE = "true\nfalse\n";

export function runExample(
  file: string,
  env: Readonly<Record<string, string>>,
  needs: { readonly package?: string; readonly node?: string | undefined } = {},
): string {
  const project = mkdtempSync(join(tmpdir(), "otp-core-example-"));
  try {
    copyFileSync(join(root, "examples", file), join(project, "example.mjs"));
    mkdirSync(join(project, "node_modules"));
    symlinkSync(root, join(project, "node_modules/otp-core"));
    const folder = needs.package && folderOf(needs.package);
    if (needs.package && folder) symlinkSync(join(folder, needs.package), join(project, "node_modules", needs.package));
    const run = spawnSync(needs.node ?? process.execPath, ["example.mjs"], {
      cwd: project,
      env: { ...process.env, NODE_NO_WARNINGS: "1", ...env },
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    return run.stdout;
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
