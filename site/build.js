// `npm run docs`: writes the site to `site/dist`.
import { execSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
if (!existsSync(`${folder}node_modules`)) {
  console.error("Installing the packages of the site ...");
  execSync("npm ci", { cwd: folder, stdio: "inherit" });
}

const start = performance.now();
console.error("Building site/dist, which takes about half a minute ...");
const { collectPages } = await import("./pages.js");
const { writeReference } = await import("./reference.js");
const { buildPlayground } = await import("./playground/build.js");
const { build } = await import("vitepress");
collectPages();
await writeReference();
await build(folder);
await buildPlayground(`${folder}dist/playground.html`);
console.error(`Built in ${((performance.now() - start) / 1000).toFixed(0)} s. Serve site/dist as static files.`);
