// Other people's libraries, where the benchmark has them: in a folder with a lock file of its own.
import { execSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

export const rivals = fileURLToPath(new URL("../../bench/rivals/", import.meta.url));

/** `file` is in node_modules. What it exports is for the caller to say. */
export async function rival<Exports>(file: string): Promise<Exports> {
  if (!existsSync(`${rivals}node_modules`)) execSync("npm ci", { cwd: rivals });
  return import(pathToFileURL(`${rivals}node_modules/${file}`).href);
}
