// The files that the pages load, as node:http serves them.
import { readFileSync } from "node:fs";

const read = (file) => readFileSync(new URL(file, import.meta.url), "utf8");

export const assets = {
  "/style.css": { type: "text/css", body: read("./style.css") },
  "/page.js": { type: "text/javascript", body: read("./page.js") },
};
