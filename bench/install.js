import { execSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The rivals have a lock file of their own, so that the library's stays free of them. Returns their versions. */
export function installRivals() {
  const folder = fileURLToPath(new URL("rivals", import.meta.url));
  if (!existsSync(`${folder}/node_modules`)) execSync("npm ci", { cwd: folder, stdio: "inherit" });
  return JSON.parse(readFileSync(`${folder}/package.json`, "utf8")).dependencies;
}
