// The playground as visitors use it: every button and its outcome, on the site and from disk, with no connection of any kind.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inspectUri, totp } from "otp-core";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { installed, visit } from "../support/site.ts";
import { dist, expectAccessible, expectNoSidewaysScroll, serveSite } from "./built-site.ts";

const FILE = join(dist, "playground.html");
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const URI = `otpauth://totp/Shop:alice?secret=${SECRET}&issuer=Shop&algorithm=SHA1&digits=6&period=30`;

/** The page, opened from disk. */
const open = (options = {}) => visit(pathToFileURL(FILE).href, options);

const stopClock = (page: Page, now: number) => page.evaluate(`Date.now = () => ${now}`);
const paste = (page: Page, text: string) => page.getByLabel("Key URI or secret").fill(text);
const result = (page: Page) => page.locator("#result").textContent();
const tryCode = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** Waits for an answer that matches, and returns it. */
async function answer(page: Page, pattern: RegExp): Promise<string> {
  await page.locator("#result").filter({ hasText: pattern }).waitFor();
  return (await result(page)) ?? "";
}

it("the page is one file whose policy forbids every connection", () => {
  const page = readFileSync(FILE, "utf8");
  const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data:; /);
  for (const part of ["connect-src 'none'", "base-uri 'none'", "form-action 'none'"]) expect(policy).toContain(part);
  expect(policy).not.toContain("unsafe");
  expect(page).not.toMatch(/<(script|link|img|iframe)\b[^>]*\s(src|href)="(?!data:)/);
  expect(page).toContain("Permission is hereby granted");
});

describe.skipIf(!installed)("the playground", () => {
  it("shows the code, the next ones, the time left and the QR code of a key URI", async () => {
    const page = await open();
    await stopClock(page, 59_000);
    await paste(page, URI);
    expect(await page.locator("#code").textContent()).toBe("287 082");
    expect(await page.locator("#remaining").textContent()).toBe("1 s left");
    expect(await page.locator("#next").textContent()).toContain("359 152");
    expect(await page.getByRole("img", { name: "QR code of the key URI" }).count()).toBe(1);
    expect(await page.locator("#uri").textContent()).toBe(URI);
  });

  it("reads a secret, a transfer and a counter key, and says what is wrong with anything else", async () => {
    const page = await open();
    const status = () => page.locator("#source-status").textContent();
    await paste(page, "gezd gnbv gy3t qojq gezd gnbv gy3t qojq");
    expect(await status()).toMatch(/^A secret, read as base32/);
    await paste(
      page,
      "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC",
    );
    expect(await status()).toMatch(/^A transfer of Google Authenticator\. TOTP, Example: alice@google\.com\.$/);
    await paste(page, `otpauth://hotp/Shop:alice?secret=${SECRET}&issuer=Shop&counter=1`);
    expect(await page.locator("#code").textContent()).toBe("287 082");
    await page.getByRole("button", { name: "Next counter" }).click();
    expect(await page.locator("#code").textContent()).toBe("359 152");
    await paste(page, "otpauth://totp/Shop:alice?secret=not-base32!");
    expect(await status()).toMatch(/^Secret must be /);
    expect(await page.locator("#with-key").isHidden()).toBe(true);
  });

  it("says which apps show other codes, and which code", async () => {
    const page = await open();
    const now = 1_800_000_000_000;
    await stopClock(page, now);
    await paste(page, URI);
    expect(await page.locator("#apps-summary").textContent()).toMatch(/same way/);
    await page.getByLabel("Algorithm").selectOption("SHA256");
    expect(await page.locator("#apps-summary").textContent()).toMatch(/^Some apps show other codes/);
    const row = page.locator("#apps li", { hasText: "Authy" });
    const sha1 = totp({ secret: SECRET }, { now });
    expect((await row.textContent())?.replaceAll(" ", "")).toContain(`${sha1}(refused)`);
    // Every app that the library names is in the table.
    const report = inspectUri(URI.replace("SHA1", "SHA256"));
    for (const app of report.problems.flatMap(({ apps }) => apps)) {
      expect(await page.locator("#apps").textContent()).toContain(app.replace(/ \((?!Android|iOS|old).*/, ""));
    }
  });

  it("answers each kind of code as a server does, with the reason and a sentence", async () => {
    const page = await open();
    await paste(page, URI);
    const outcomes = [
      ["Valid", /^Accepted \d{3} \d{3}.*stored it as used/],
      ["Replayed", /^Refused .*: replayed.*accepted before/],
      ["Wrong", /^Refused .*: mismatch.*counts as a failure/],
      ["Expired", /^Refused .*: mismatch.*too long ago/],
      ["Early", /^Refused .*: mismatch.*future/],
      ["Malformed", /^Refused .*: malformed.*not a code of this key/],
    ] as const;
    for (const [name, expected] of outcomes) {
      await tryCode(page, name);
      expect(await answer(page, expected)).toMatch(expected);
    }
    expect(await page.locator("#guard-state").textContent()).toContain("Consecutive failures: 3.");
    expect(await page.locator("#log li").count()).toBe(7);
  });

  it("makes guesses wait, does not look at a valid code meanwhile, and accepts one after the wait", async () => {
    const page = await open();
    await paste(page, URI);
    await tryCode(page, "Too many");
    expect(await answer(page, /throttled/)).toContain("After 6 attempts: There were too many failures");
    await tryCode(page, "Valid");
    await page.locator("#log li").nth(6).waitFor();
    expect(await result(page)).toContain("throttled");
    await page.getByRole("button", { name: "Let the wait pass" }).click();
    await tryCode(page, "Valid");
    expect(await answer(page, /^Accepted/)).toContain("Accepted");
    await page.getByRole("button", { name: "Start again" }).click();
    expect(await answer(page, /Choose/)).toBe("Choose a code.");
    expect(await page.locator("#log li").count()).toBe(0);
  });

  it("verifies a code of the reader's own app, and says what is wrong with it", async () => {
    const page = await open();
    const now = 1_800_000_000_000;
    await stopClock(page, now);
    await paste(page, URI.replace("SHA1", "SHA256"));
    const own = async (code: string) => {
      await page.getByLabel("A code of your own app").fill(code);
      await page.keyboard.press("Enter");
    };
    await own(totp({ secret: SECRET }, { now }));
    expect(await answer(page, /ignores/)).toContain("The app ignores: algorithm.");
    await own(totp({ secret: SECRET, algorithm: "SHA256" }, { now: now - 300_000 }));
    expect(await answer(page, /another moment/)).toContain("the app's clock is 300 s behind");
    await own(totp({ secret: SECRET, algorithm: "SHA256" }, { now }));
    expect(await answer(page, /^Accepted/)).toContain("Accepted");
    await own("<b>12</b>");
    expect(await answer(page, /malformed/)).toContain('"<b>12</b>"');
  });

  it("reads an SMS as phones do, and binds its code to a site", async () => {
    const page = await open();
    const value = (term: string) => page.locator("#sms-report div", { hasText: term }).locator("dd").textContent();
    await page.getByLabel("Message").fill("Your code – 482915");
    expect(await value("Encoding")).toBe("UCS-2");
    expect(await page.locator("#sms-note").textContent()).toContain('"–"');
    expect(await value("Bound to")).toBe("no site");
    expect(await value("Chrome offers")).toBe("no code");
    await page.getByLabel("Domain of your site").fill("shop.example");
    await page.getByRole("button", { name: "Bind the code to it" }).click();
    expect(await page.getByLabel("Message").inputValue()).toMatch(/\n@shop\.example #482915$/);
    expect([await value("iOS offers"), await value("Chrome offers")]).toEqual(["482915", "482915"]);
    await page.getByLabel("Domain of your site").fill("not a host");
    await page.getByRole("button", { name: "Bind the code to it" }).click();
    expect(await page.locator("#bind-status").textContent()).toMatch(/^Host must be /);
  });

  it("reads a picture where the browser has a reader, and says so where it has none", async () => {
    const page = await open();
    const without = await page.evaluate("typeof BarcodeDetector === 'undefined'");
    if (without) {
      await page.getByRole("button", { name: "Read a picture" }).click();
      expect(await page.locator("#scan-status").textContent()).toContain("cannot read QR codes");
    }
    const context = page.context();
    await context.addInitScript(
      `globalThis.BarcodeDetector = class { async detect(image) { return image.width > 0 ? [{ rawValue: ${JSON.stringify(URI)} }] : []; } };`,
    );
    await page.reload();
    const choosing = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Read a picture" }).click();
    await (await choosing).setFiles(join(dist, "../../guides/login.png"));
    await page.locator("#scan-status", { hasText: "was read" }).waitFor();
    expect(await page.getByLabel("Key URI or secret").inputValue()).toBe(URI);
    // The camera is asked for on request only, and here there is none.
    await page.getByRole("button", { name: "Use the camera" }).click();
    await page.locator("#scan-status", { hasText: "not allowed" }).waitFor();
  });

  it("sends nothing, and could not", async () => {
    const origin = await serveSite();
    const page = await visit(`${origin}/playground.html`);
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await paste(page, URI);
    for (const name of ["Valid", "Replayed", "Too many", "Malformed"]) await tryCode(page, name);
    await page.getByRole("button", { name: "Bind the code to it" }).click();
    await answer(page, /malformed|throttled/);
    expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([]);
    page.removeAllListeners("console");
    const refused = await page.evaluate(`fetch("/index.html").then(() => "sent", (error) => error.name)`);
    expect(refused).toBe("TypeError");
  });

  it.each(["light", "dark"] as const)(
    "axe finds nothing in %s, and 360 pixels are wide enough",
    async (colorScheme) => {
      const page = await open({ colorScheme, reducedMotion: "reduce", viewport: { width: 360, height: 800 } });
      await paste(page, URI.replace("SHA1", "SHA512").replace("=30", "=60"));
      await tryCode(page, "Too many");
      await answer(page, /throttled/);
      await page.getByLabel("Message").fill("Code – 482915");
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    },
  );
});
