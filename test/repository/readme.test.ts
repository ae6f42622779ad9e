// The README is short, says what the library is for at once, and compares it with what people use today.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");
const isWord = (text: string) => /[\p{L}\p{N}]/u.test(text);

it("has at most 900 words, code and tables included", () => {
  expect(readme.split(/\s+/).filter(isWord).length).toBeLessThanOrEqual(900);
});

it("says two-factor in its first line", () => {
  expect(readme.split("\n")[0]).toMatch(/two-factor/);
});

it("compares the library with four others, and the rows of the benchmark are five", () => {
  expect(readme).toMatch(/\| otp-core \| better-auth [\d.]+ \| otplib [\d.]+ \| otpauth [\d.]+ \| speakeasy [\d.]+ \|/);
  const [, benchmark = ""] = readme.split("## Benchmarks");
  expect(benchmark.split("## ")[0]?.match(/^\| [@\w]/gm)).toHaveLength(5);
});

it("links to files that exist", () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(15);
  for (const link of links) expect(existsSync(`${root}${link}`), link).toBe(true);
});
