import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Runs a file of this folder in a Node process of its own and returns the JSON that it prints. */
export async function child(file, args, flags = []) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, path, ...args], { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout);
}
