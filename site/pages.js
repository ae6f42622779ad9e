// Collects the pages of the site in `pages`: the guides, the documents of the project and the home page.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { toSiteLinks } from "./links.js";
import { documents } from "./order.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = fileURLToPath(new URL("pages/", import.meta.url));

export function collectPages() {
  rmSync(pages, { recursive: true, force: true });
  mkdirSync(`${pages}guides`, { recursive: true });
  writeFileSync(`${pages}index.md`, homePage());
  cpSync(new URL("public", import.meta.url), `${pages}public`, { recursive: true });
  for (const picture of readdirSync(`${root}guides`).filter((file) => /\.(png|svg)$/.test(file))) {
    cpSync(`${root}guides/${picture}`, `${pages}guides/${picture}`);
  }
  for (const { file, page } of documents) {
    const text = toSiteLinks(readFileSync(root + file, "utf8"), file);
    mkdirSync(dirname(pages + page), { recursive: true });
    writeFileSync(pages + page, text);
  }
}

/** The example of the home page is that of the README, which a test runs. */
function homePage() {
  const home = readFileSync(new URL("home.md", import.meta.url), "utf8");
  const [example] = /^```ts\n[\s\S]*?^```$/m.exec(readFileSync(`${root}README.md`, "utf8")) ?? [];
  const page = home.replace("<!-- the quick start of README.md -->", () => example);
  if (example === undefined || page === home) throw new Error("the home page lacks the quick start of README.md");
  return page;
}
