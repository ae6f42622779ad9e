// The built site: its files, a server for them, and the rules of axe.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { listening } from "../support/site.ts";

export const dist = fileURLToPath(new URL("../../site/dist/", import.meta.url));
if (!existsSync(join(dist, "index.html"))) throw new Error("the site is not built: npm run docs");

/** Every page, as a path from the root of the site. */
export const pages = readdirSync(dist, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".html"))
  .sort();

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
};

/** The file that a static server sends for this path, or undefined. */
export function fileAt(path: string): string | undefined {
  const file = join(dist, decodeURIComponent(path), path.endsWith("/") ? "index.html" : "");
  return file.startsWith(dist) && existsSync(file) && statSync(file).isFile() ? file : undefined;
}

/** The address of a static server that has the site. */
export function serveSite(): Promise<string> {
  return listening(
    createServer(({ url = "/" }, response) => {
      const file = fileAt(new URL(url, "http://localhost").pathname);
      if (file === undefined) return void response.writeHead(404).end();
      response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
      response.end(readFileSync(file));
    }),
  );
}

const axe = readFileSync(new URL("../../site/node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** Asserts that axe finds nothing on the page as it is now. */
export async function expectAccessible(page: Page): Promise<void> {
  // Evaluated by the debugger, so that the policy of the page does not matter.
  await page.evaluate(axe);
  const violations = await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ target }) => target).join(" ")))`,
  );
  expect(violations).toEqual([]);
}

/** Asserts that nothing makes the page wider than the window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
}
