// The built site: its search, its links, and its pages in light, in dark and on a small screen.
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { documents } from "../../site/order.js";
import { referencePages } from "../../site/reference-pages.js";
import { installed, visit } from "../support/site.ts";
import { dist, expectAccessible, expectNoSidewaysScroll, fileAt, pages, serveSite } from "./built-site.ts";

const toHtml = (page: string) => page.replace(/\.md$/, ".html");
const readingOrder = [...documents, ...referencePages].map(({ page }) => toHtml(page));

/** One page of each kind. */
const KINDS = ["", "guides/login.html", "guides/traceability.html", "reference/otp-core/guard.html", "404.html"];

it("Chromium is installed, or this is not the continuous integration", () => {
  expect(installed || !process.env.CI).toBe(true);
});

describe("the pages", () => {
  it("are the documents and the entry points", () => {
    for (const page of readingOrder) expect(pages).toContain(page);
    expect(referencePages.map(({ name }) => name)).toContain("otp-core/guard");
  });

  it.each(readingOrder.map((page, i) => ({ page, previous: readingOrder[i - 1], next: readingOrder[i + 1] })))(
    "$page leads to the page before and to the page after",
    ({ page, previous, next }) => {
      const footer = readFileSync(join(dist, page), "utf8").match(/<nav class="prev-next"[\s\S]*?<\/nav>/)?.[0] ?? "";
      const links = [...footer.matchAll(/href="\/([^"]+)"/g)].map(([, href]) => href);
      expect(links).toEqual([previous, next].filter((each) => each !== undefined));
    },
  );
});

describe("the links of the built pages", () => {
  const textOf = new Map(pages.map((page) => [page, readFileSync(join(dist, page), "utf8")]));
  const idsOf = (page: string) =>
    new Set([...(textOf.get(page) ?? "").matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id));
  const ids = new Map(pages.map((page) => [page, idsOf(page)]));
  const decodeHtml = (text: string) => text.replaceAll("&amp;", "&");

  it.each(pages)("%s has links that all lead somewhere", (page) => {
    const problems: string[] = [];
    for (const [, written = ""] of (textOf.get(page) ?? "").matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      const target = decodeHtml(written);
      if (/^(https?|mailto|data|otpauth):/.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : posix.resolve(`/${posix.dirname(page)}`, path).slice(1);
      const found = path === "" || fileAt(path.endsWith("/") ? `${file}/` : file) !== undefined;
      const name = path === "/" ? "index.html" : file;
      if (!found) problems.push(`${target} is not there`);
      else if (anchor && !ids.get(name)?.has(decodeURIComponent(anchor))) problems.push(`${target} has no such place`);
    }
    expect(problems).toEqual([]);
  });

  it.each(pages)("%s loads nothing from another host", (page) => {
    const text = textOf.get(page) ?? "";
    const loaded = [...text.matchAll(/<(?:script|link|img|iframe|source|video)\b[^>]*?\s(?:href|src)="([^"]*)"/g)];
    for (const [, url] of loaded) expect(url).not.toMatch(/^(https?:)?\/\//);
  });
});

describe.skipIf(!installed)("the site in a browser", () => {
  it.each([
    ["express", "/guides/frameworks.html#express"],
    ["replay", "/guides/faq.html#how-is-the-replay-of-a-code-prevented"],
  ])("finds a guide for %s", async (word, expected) => {
    const page = await visit(await serveSite());
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("searchbox").fill(word);
    const results = page.locator("#localsearch-list a");
    await results.first().waitFor();
    expect(await results.first().getAttribute("href")).toBe(expected);
    await results.first().click();
    await page.waitForURL(`**${expected}`);
    expect((await page.locator("main").textContent())?.toLowerCase()).toContain(word);
  });

  it.each(KINDS.flatMap((kind) => (["light", "dark"] as const).map((colorScheme) => ({ kind, colorScheme }))))(
    "axe finds nothing on /$kind in $colorScheme",
    async ({ kind, colorScheme }) => {
      await expectAccessible(await visit(`${await serveSite()}/${kind}`, { colorScheme, reducedMotion: "reduce" }));
    },
  );

  it("has no page that scrolls sideways at 360 pixels, and asks no other host for anything", async () => {
    const origin = await serveSite();
    const page = await visit(origin, { viewport: { width: 360, height: 800 } });
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(origin)) foreign.push(request.url());
    });
    for (const path of pages) {
      await page.goto(`${origin}/${path}`);
      await expectNoSidewaysScroll(page);
    }
    expect(foreign).toEqual([]);
  });

  it("switches between light and dark", async () => {
    const page = await visit(`${await serveSite()}/guides/login.html`, { colorScheme: "light" });
    const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await ground();
    await page.getByRole("switch", { name: /dark/ }).first().click();
    expect(await ground()).not.toBe(light);
  });
});
