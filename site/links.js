// Links of the guides lead to files of the repository, so that they work where the repository is read. This makes them links of the site.
import { posix } from "node:path";
import { manifest } from "../check/entry-points.js";
import { documents } from "./order.js";

/** The page of the site that shows a file of the repository. */
const PAGES = new Map([
  ["README.md", "index.md"],
  ["site/playground/README.md", "playground.html"],
  ...documents.map(({ file, page }) => [file, page]),
]);

const NAMES = new Map(documents.map(({ file, name }) => [file, name]));

const LINK = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\((?!https?:|#)([^)#\s]*)(#[^)]*)?\)/g;

/** @param {string} text a document @param {string} file its path from the root of the repository */
export function toSiteLinks(text, file) {
  return outsideCode(text, (part) =>
    part.replace(LINK, (link, image, label, target, anchor = "") => {
      if (image !== "") return link;
      const path = posix.join(posix.dirname(file), target).replace(/\/$/, "");
      const page = PAGES.get(path);
      // A file of its own, not a page that VitePress can load into the open one.
      if (page?.endsWith(".html")) return `<a href="/${page}" target="_self">${label}</a>`;
      // The guides name a file where the repository is read. The site names the page.
      const text = label === posix.basename(path) ? (NAMES.get(path) ?? label) : label;
      if (page !== undefined) return `[${text}](/${page}${anchor})`;
      const repository = repositoryUrl();
      return repository === undefined ? label : `[${label}](${repository}/blob/main/${path}${anchor})`;
    }),
  );
}

/** Undefined as long as package.json does not name the repository. */
export function repositoryUrl() {
  const { repository } = manifest;
  const url = typeof repository === "string" ? repository : repository?.url;
  return url?.replace(/^git\+/, "").replace(/\.git$/, "");
}

/** Changes a Markdown text, and leaves its code blocks as they are. */
function outsideCode(text, change) {
  return text
    .split(/^(```[\s\S]*?^```$)/m)
    .map((part) => (part.startsWith("```") ? part : change(part)))
    .join("");
}
