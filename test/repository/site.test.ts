// The site shows every guide, so a new guide gets its place in `site/order.js`.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { entryPoints } from "../../check/entry-points.js";
import { toSiteLinks } from "../../site/links.js";
import { documents } from "../../site/order.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const guides = readdirSync(`${root}guides`, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".md"))
  .map((file) => `guides/${file}`);

describe("the reading order of the site", () => {
  it.each(guides)("has %s, once", (guide) => {
    expect(documents.filter(({ file }) => file === guide)).toHaveLength(1);
  });
});

describe("the reference", () => {
  it.each(entryPoints)("begins the page of $name with what it is for", ({ source }) => {
    const [comment = ""] = /^\/\*\*[\s\S]*?\*\//.exec(readFileSync(root + source, "utf8")) ?? [];
    expect(comment).toMatch(/\S\.\n \*\n \* @module\n/);
  });
});

describe("a link of a guide becomes a link of the site", () => {
  it.each([
    ["[login.md](login.md)", "[Log-in](/guides/login.md)"],
    ["[limits](login.md#limits)", "[limits](/guides/login.md#limits)"],
    ["[the policy](../SECURITY.md)", "[the policy](/security.md)"],
    ["[RFC](https://example.com/a.md)", "[RFC](https://example.com/a.md)"],
    ["[above](#above)", "[above](#above)"],
    ["![A page](login.png)", "![A page](login.png)"],
    ["```ts\n[login.md](login.md)\n```", "```ts\n[login.md](login.md)\n```"],
  ])("%s", (written, expected) => {
    expect(toSiteLinks(written, "guides/testing.md")).toBe(expected);
  });

  it("or text, if the site has no such page and package.json names no repository", () => {
    expect(toSiteLinks("[a test](../test/errors.test.ts)", "guides/design.md")).toMatch(
      /^(a test|\[a test\]\(https:\/\/.*\/test\/errors\.test\.ts\))$/,
    );
  });
});
