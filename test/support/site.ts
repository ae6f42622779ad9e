// The login of the examples, in this process and with a clock that can be moved, and people at Debian's Chromium before it.
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { memoryStore } from "otp-core/store";
import { type Authenticator, createAuthenticator, type FakeClock, fakeClock } from "otp-core/testing";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";

const CHROMIUM = "/usr/bin/chromium";
export const installed = existsSync(CHROMIUM);
if (!installed) console.log("skipped: Chromium is not installed");

let browser: Browser | undefined;

beforeAll(async () => {
  if (!installed) return;
  const offline = ["quic", "background-networking", "component-update", "sync"].map((what) => `--disable-${what}`);
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", ...offline];
  browser = await chromium.launch({ executablePath: CHROMIUM, args });
});

afterAll(() => browser?.close());

/** A page of its own, with its own cookies. */
export async function visit(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await (browser as Browser).newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(50_000);
  // What the policy of the page forbids, and what its scripts throw, is no small matter.
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) throw new Error(message.text());
  });
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(url);
  return page;
}

export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface Site {
  readonly url: string;
  readonly clock: FakeClock;
}

export async function openSite(): Promise<Site> {
  const clock = fakeClock(1_800_000_000_000);
  const load = (file: string) => import(new URL(`../../examples/login/${file}`, import.meta.url).href);
  const [{ createLogin }, { createNodeServer }, { assets }] = await Promise.all(
    ["login.js", "node-adapter.js", "assets.js"].map(load),
  );
  const secret = "a secret of the tests with 32 characters";
  // Few iterations, because every test registers and logs in.
  const handle = createLogin({ store: memoryStore({ clock }), clock, secret, assets, iterations: 1000 });
  return { url: await listening(createNodeServer(handle)), clock };
}

export const PASSWORD = "correct horse battery";

/** What a user does, in the words of the pages. */
export async function register(page: Page, name = "alice"): Promise<void> {
  await page.getByRole("navigation", { name: "Account" }).getByRole("link", { name: "Register" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Register" }).click();
}

export async function enterPassword(page: Page, name = "alice"): Promise<void> {
  await page.getByRole("navigation", { name: "Account" }).getByRole("link", { name: "Log in" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
}

export async function logOut(page: Page): Promise<void> {
  await page.goto(new URL("/", page.url()).href);
  await page.getByRole("button", { name: /^Log out/ }).click();
}

/** Scans nothing: types the secret off the page, as one does without a camera. */
export async function readSecret(page: Page, clock: FakeClock): Promise<Authenticator> {
  await page.getByRole("link", { name: "Add an authenticator app" }).click();
  const secret = (await page.locator(".secret").textContent()) ?? "";
  return createAuthenticator({ secret }, { clock });
}

export async function enterCode(page: Page, code: string, button = "Confirm"): Promise<void> {
  await page
    .getByLabel(/^Enter/)
    .first()
    .fill(code);
  await page.getByRole("button", { name: button }).click();
}

/** Registered, enrolled and logged out; resolves to the phone and the recovery codes. */
export async function enrolled(page: Page, clock: FakeClock, name = "alice") {
  await register(page, name);
  const phone = await readSecret(page, clock);
  await enterCode(page, await phone.freshCode());
  const codes = await page.locator(".codes code").allTextContents();
  await logOut(page);
  return { phone, codes };
}

export const heading = (page: Page) => page.getByRole("heading", { level: 1 }).textContent();
export const problem = (page: Page) => page.getByRole("alert").textContent();
