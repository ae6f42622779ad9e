// A project of a user in a folder of its own, with the package as `npm publish` would send it.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { unpackPackage } from "../runtimes/project.js";

export const here = fileURLToPath(new URL(".", import.meta.url));
export const tools = createRequire(import.meta.url);

/** The path of a file of a tool. */
export const toolFile = (path) => join(here, "node_modules", path);

export function layProject(files, linked = []) {
  const folder = mkdtempSync(join(tmpdir(), "otp-core-toolchain-"));
  unpackPackage(folder);
  for (const name of linked) {
    const place = join(folder, "node_modules", name);
    mkdirSync(dirname(place), { recursive: true });
    if (!existsSync(place)) symlinkSync(toolFile(name), place);
  }
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Runs a script of a tool with Node, and returns what it prints. */
export async function runNode(cwd, args, env = {}) {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
  try {
    return (await promisify(execFile)(process.execPath, args, options)).stdout;
  } catch ({ message, stdout, stderr }) {
    throw new Error(`${message.split("\n")[0]}\n${stdout}${stderr}`.trim());
  }
}
