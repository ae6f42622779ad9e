// Other people's libraries, in folders with a lock file of their own: those of the benchmark, and those that people move from.
import { execSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

export const rivals = fileURLToPath(new URL("../../bench/rivals/", import.meta.url));

/** The packages of `vectors/moving`. */
export const predecessors = fileURLToPath(new URL("../../vectors/moving/", import.meta.url));

/** `file` is in node_modules. What it exports is for the caller to say. */
export function rival<Exports>(file: string): Promise<Exports> {
  return load(rivals, file);
}

/** The CommonJS exports of a package that people move from. */
export async function predecessor<Exports>(file: string): Promise<Exports> {
  return (await load<{ readonly default: Exports }>(predecessors, file)).default;
}

async function load<Exports>(folder: string, file: string): Promise<Exports> {
  if (!existsSync(`${folder}node_modules`)) execSync("npm ci", { cwd: folder });
  return import(pathToFileURL(`${folder}node_modules/${file}`).href);
}
