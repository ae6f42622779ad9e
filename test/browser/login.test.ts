// The whole life of a second factor, through the real pages: what is promised there is kept (issue by issue: O6, O7, T13).
import { mkdirSync } from "node:fs";
import { get } from "node:http";
import { fileURLToPath } from "node:url";
import { createAuthenticator } from "otp-core/testing";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  enrolled,
  enterCode,
  enterPassword,
  heading,
  installed,
  logOut,
  openSite,
  PASSWORD,
  problem,
  readSecret,
  register,
  visit,
} from "../support/site.ts";

const REFUSED = "That code can't be used. Wait for the next code in your app and try again.";
const NO_MATCH = "That code doesn't match. Enter the code that your app shows now.";
const CHALLENGE = "Two-factor authentication";
const IN = "Welcome, alice";

it("Chromium is installed, or this is not the continuous integration", () => {
  expect(installed || !process.env.CI).toBe(true);
});

describe.skipIf(!installed)("a login in the browser", () => {
  it("with a password alone, until there is a second factor", async () => {
    const { url } = await openSite();
    const page = await visit(url);
    await register(page);
    expect(await heading(page)).toBe(IN);
    await logOut(page);
    await enterPassword(page);
    expect(await heading(page)).toBe(IN);
  });

  it("enrols an app by its secret, shows the recovery codes once, and asks for a code from then on (O6, trap 13)", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    await register(page);
    const phone = await readSecret(page, clock);
    await enterCode(page, phone.wrong());
    expect(await problem(page)).toBe(NO_MATCH);
    await enterCode(page, phone.code());
    expect(await heading(page)).toBe("Your recovery codes");
    expect(await page.locator(".codes code").count()).toBe(10);
    await page.getByRole("link", { name: "I've saved them" }).click();
    expect(await page.locator(".codes").count()).toBe(0);

    await logOut(page);
    await enterPassword(page);
    expect(await heading(page)).toBe(CHALLENGE);
    // The code that confirmed the enrolment is used up for the first login too.
    await enterCode(page, phone.replayed());
    expect(await problem(page)).toBe(REFUSED);
    await enterCode(page, await phone.freshCode());
    expect(await heading(page)).toBe(IN);
  });

  it("shows the same pending secret when the page is loaded again (trap 57), and draws the same key", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    await register(page);
    const first = await readSecret(page, clock);
    const drawn = await page.locator(".qr svg").innerHTML();
    await page.reload();
    expect(await page.locator(".qr svg").innerHTML()).toBe(drawn);
    const secret = (await page.locator(".secret").textContent()) ?? "";
    expect(createAuthenticator({ secret }, { clock }).code()).toBe(first.code());
  });

  it("refuses a code the second time, and so a code of before", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    const { phone } = await enrolled(page, clock);
    await enterPassword(page);
    const code = await phone.freshCode();
    await enterCode(page, code);
    expect(await heading(page)).toBe(IN);
    await logOut(page);
    await enterPassword(page);
    await enterCode(page, code);
    expect(await problem(page)).toBe(REFUSED);
    expect(page.url()).toContain("/challenge");
  });

  it("lets one of two in that hand in the same code at once (trap 6)", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    const { phone } = await enrolled(page, clock);
    const tabs = await Promise.all([visit(url), visit(url)]);
    for (const tab of tabs) await enterPassword(tab);
    const code = await phone.freshCode();
    await Promise.all(tabs.map((tab) => enterCode(tab, code)));
    const seen = await Promise.all(tabs.map(heading));
    expect(seen.sort()).toEqual([CHALLENGE, IN]);
  });

  it("answers every failure alike", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    const { phone } = await enrolled(page, clock);
    await enterPassword(page);
    const bodies = new Set<string>();
    for (const code of [phone.wrong(), phone.replayed(), phone.expired(), phone.early()]) {
      await enterCode(page, code);
      bodies.add(await main(page));
    }
    expect(bodies.size).toBe(1);
  });

  it("throttles guesses, says for how long, counts down, and accepts a valid code after that", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    const { phone } = await enrolled(page, clock);
    await enterPassword(page);
    for (let i = 0; i < 5; i++) await enterCode(page, phone.wrong());
    expect(await problem(page)).toMatch(/^Too many attempts\. Try again in (30|29) s\.$/);
    const confirm = page.getByRole("button", { name: "Confirm" });
    expect(await confirm.isDisabled()).toBe(true);
    // A valid code during the wait is not accepted and stays valid. Without the script, the button can be used.
    const code = phone.next();
    await page.evaluate(`document.querySelector("[data-wait=attempt]").disabled = false`);
    await enterCode(page, code);
    expect(await heading(page)).toBe(CHALLENGE);
    clock.advance(30_000);
    await page.goto(`${url}/challenge`);
    await enterCode(page, code);
    expect(await heading(page)).toBe(IN);
  });

  it("sends a code, sends another one after the countdown, and takes either of them once", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    await enrolled(page, clock);
    await enterPassword(page);
    await askForCode(page);
    const first = await sentCode(page);
    const again = page.getByRole("button", { name: "Send another code" });
    expect(await again.isDisabled()).toBe(true);

    clock.advance(30_000);
    await page.reload();
    await again.click();
    const second = await sentCode(page);
    expect(second).not.toBe(first);
    // The message that was on its way stays good.
    await enterCode(page, first);
    expect(await heading(page)).toBe(IN);
    await logOut(page);
    await enterPassword(page);
    await page.goto(`${url}/challenge?way=app`);
    await page.evaluate(`document.querySelector("form[action*=challenge]").action = "/challenge?way=sent"`);
    await enterCode(page, second);
    expect(await problem(page)).toBe(REFUSED);
  });

  it("takes a sent code for the login that it was sent for, and for no other", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    await enrolled(page, clock);
    await enterPassword(page);
    await askForCode(page);
    const code = await sentCode(page);
    const thief = await visit(url);
    await enterPassword(thief);
    await thief.goto(`${url}/challenge?way=app`);
    await thief.evaluate(`document.querySelector("form[action*=challenge]").action = "/challenge?way=sent"`);
    await enterCode(thief, code);
    expect(await problem(thief)).toBe(REFUSED);
    await enterCode(page, code);
    expect(await heading(page)).toBe(IN);
  });

  it("lets a recovery code in once, as people type it, and counts what is left", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    const { phone, codes } = await enrolled(page, clock);
    for (const expected of ["in", "refused"]) {
      await enterPassword(page);
      await page.getByRole("link", { name: "Recovery code" }).click();
      await enterCode(page, (codes[3] ?? "").toLowerCase().replaceAll("-", " "));
      if (expected === "refused") expect(await problem(page)).toBe(REFUSED);
      else {
        expect(await heading(page)).toBe(IN);
        expect(await page.getByText("9 left.").count()).toBe(1);
        await logOut(page);
      }
    }
    await page.getByRole("link", { name: "Authenticator app" }).click();
    await enterCode(page, await phone.freshCode());

    // A new set ends the old one.
    await page.getByText("Generate new recovery codes").click();
    await page.locator("#recovery-code").fill(await phone.freshCode());
    await page.getByRole("button", { name: "Generate" }).click();
    const fresh = await page.locator(".codes code").allTextContents();
    expect(new Set([...fresh, ...codes]).size).toBe(20);
    await logOut(page);
    await enterPassword(page);
    await page.getByRole("link", { name: "Recovery code" }).click();
    await enterCode(page, codes[4] ?? "");
    expect(await problem(page)).toBe(REFUSED);
    await enterCode(page, fresh[0] ?? "");
    expect(await heading(page)).toBe(IN);
  });

  it("offers the recovery codes as a file", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    await register(page);
    const phone = await readSecret(page, clock);
    await enterCode(page, phone.code());
    const codes = await page.locator(".codes code").allTextContents();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Download").click()]);
    expect(download.suggestedFilename()).toBe("recovery-codes.txt");
    const text: string[] = [];
    for await (const chunk of await download.createReadStream()) text.push(String(chunk));
    for (const code of codes) expect(text.join("")).toContain(code);
  });

  it("turns the factor off with a code, and on again with a new key, for which the old one is no good", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    const { phone: old } = await enrolled(page, clock);
    await enterPassword(page);
    await enterCode(page, await old.freshCode());
    const turnOff = async (code: string) => {
      await page.getByText("Turn off two-factor authentication").click();
      await page.locator("#off-code").fill(code);
      await page.getByRole("button", { name: "Turn off" }).click();
    };
    await turnOff(old.wrong());
    expect(await problem(page)).toBe(REFUSED);
    await turnOff(await old.freshCode());
    expect(await page.getByText("Off.").count()).toBe(1);
    await logOut(page);
    await enterPassword(page);
    expect(await heading(page)).toBe(IN);

    const phone = await readSecret(page, clock);
    expect(phone.code()).not.toBe(old.code());
    await enterCode(page, await old.freshCode());
    expect(await problem(page)).toBe(NO_MATCH);
    await enterCode(page, await phone.freshCode());
    expect(await heading(page)).toBe("Your recovery codes");
  });

  it("tells what happened, without a code or a secret", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    const { phone, codes } = await enrolled(page, clock);
    await enterPassword(page);
    const wrong = phone.wrong();
    await enterCode(page, wrong);
    const right = await phone.freshCode();
    await enterCode(page, right);
    await page.getByRole("link", { name: "Activity" }).click();
    const sentences = await page.locator(".events span").allTextContents();
    expect(sentences.slice(0, 2)).toEqual([
      "Verified with a code of your authenticator app after 1 failed attempt.",
      "A wrong code was entered.",
    ]);
    expect(sentences).toContain("10 recovery codes generated. Older ones have ended.");
    const words = (await page.locator("main").innerText()).split(/[^\w-]+/);
    for (const secret of [wrong, right, ...codes]) expect(words).not.toContain(secret);
  });
});

describe.skipIf(!installed)("good practice of its answers", () => {
  it("no cache, nothing inline, a cookie that scripts and other sites do not get", async () => {
    const { url } = await openSite();
    const response = await fetch(url);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'.*script-src 'self'/);
    expect(response.headers.get("content-security-policy")).not.toContain("unsafe");
    expect(response.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Lax/);
  });

  it("takes no form that another page made up, and none from another origin", async () => {
    const { url } = await openSite();
    const body = new URLSearchParams({ name: "mallory", password: PASSWORD });
    expect((await fetch(`${url}/register`, { method: "POST", body })).status).toBe(403);

    const first = await fetch(`${url}/register`);
    const cookie = first.headers.get("set-cookie")?.split(";")[0] ?? "";
    body.set("csrf", /name="csrf" value="([^"]+)"/.exec(await first.text())?.[1] ?? "");
    const post = (headers: Record<string, string>) =>
      fetch(`${url}/register`, { method: "POST", body, headers: { cookie, ...headers }, redirect: "manual" });
    expect((await post({ origin: "http://evil.example" })).status).toBe(403);
    expect((await post({})).status).toBe(303);
  });

  it("changes the session's id with every step up", async () => {
    const { url } = await openSite();
    const page = await visit(url);
    const id = async () => (await page.context().cookies()).find(({ name }) => name === "session")?.value;
    const before = await id();
    await register(page);
    expect(await id()).not.toBe(before);
  });

  it("tells a wrong name from a wrong password nowhere", async () => {
    const { url } = await openSite();
    const page = await visit(url);
    await register(page);
    await logOut(page);
    const answers: string[] = [];
    for (const name of ["alice", "unknown"]) {
      await page.goto(`${url}/login`);
      await page.getByLabel("Name").fill(name);
      await page.getByLabel("Password").fill("wrong password");
      await page.getByRole("button", { name: "Log in" }).click();
      answers.push(await main(page));
    }
    expect(answers[0]).toBe(answers[1]);
  });
});

describe.skipIf(!installed)("attacks that are known from other logins (field F2)", () => {
  it("shows a proposed secret to the session that asked for it, and to no other session of the user", async () => {
    const { url } = await openSite();
    const [owner, thief] = await Promise.all([visit(url), visit(url)]);
    await register(owner);
    await enterPassword(thief);
    const secrets = [];
    for (const page of [owner, thief]) {
      await page.goto(`${url}/enrol`);
      secrets.push(await page.locator(".secret").textContent());
    }
    expect(secrets[0]).not.toBe(secrets[1]);
  });

  it("ends the sessions that were opened with the password alone when a second factor is added", async () => {
    const { url, clock } = await openSite();
    const [owner, thief] = await Promise.all([visit(url), visit(url)]);
    await register(owner);
    await enterPassword(thief);
    expect(await heading(thief)).toBe(IN);
    const phone = await readSecret(owner, clock);
    await enterCode(owner, phone.code());
    await thief.goto(url);
    expect(await heading(thief)).not.toBe(IN);
  });

  it("ends half a log-in after ten minutes", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    const { phone } = await enrolled(page, clock);
    await enterPassword(page);
    clock.advance(600_001);
    await enterCode(page, await phone.freshCode());
    expect(await heading(page)).toBe("Log in");
  });

  it("limits passwords, by name as well", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    await enrolled(page, clock);
    const attempt = async (password: string) => {
      await page.goto(`${url}/login`);
      await page.getByLabel("Name").fill("alice");
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Log in" }).click();
    };
    for (let i = 0; i < 20; i++) await attempt(`wrong password ${i}`);
    await attempt(PASSWORD);
    expect(await problem(page)).toBe("Too many attempts. Try again in a few minutes.");
  });

  it("answers an odd path with 404 and keeps no session for ever", async () => {
    const { url } = await openSite();
    const { hostname, port } = new URL(url);
    const status = await new Promise<number | undefined>((resolve, reject) =>
      get({ hostname, port, path: "//" }, ({ statusCode }) => resolve(statusCode)).on("error", reject),
    );
    expect(status).toBe(404);
  });

  it("remembers a device that the user trusts, until the user removes it", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    const { phone } = await enrolled(page, clock);
    await enterPassword(page);
    await page.getByLabel("Do not ask again on this device").check();
    await enterCode(page, await phone.freshCode());
    await logOut(page);
    await enterPassword(page);
    expect(await heading(page)).toBe(IN);
    await page.getByRole("button", { name: "Remove" }).click();
    await logOut(page);
    await enterPassword(page);
    expect(await heading(page)).toBe(CHALLENGE);
  });

  it("changes the phone in one step: the old one works until the new one is proved", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    const { phone: old } = await enrolled(page, clock);
    await enterPassword(page);
    await enterCode(page, await old.freshCode());
    await page.getByText("Change your phone").click();
    await page.locator("#replace-code").fill(await old.freshCode());
    await page.getByRole("button", { name: "Continue" }).click();
    const secret = (await page.locator(".secret").textContent()) ?? "";
    const phone = createAuthenticator({ secret }, { clock });
    await enterCode(page, await phone.freshCode());
    expect(await heading(page)).toBe(IN);
    await logOut(page);
    await enterPassword(page);
    await enterCode(page, await old.freshCode());
    expect(await problem(page)).toBe(REFUSED);
    await enterCode(page, await phone.freshCode());
    expect(await heading(page)).toBe(IN);
  });

  it("needs no phone to be tried: the demo phone shows the codes", async () => {
    const { url } = await openSite();
    const page = await visit(url);
    await register(page);
    await page.getByRole("link", { name: "Add an authenticator app" }).click();
    await enterCode(page, (await page.locator(".phone .now").textContent()) ?? "");
    expect(await heading(page)).toBe("Your recovery codes");
  });
});

describe.skipIf(!installed)("accessibility", () => {
  it("works without a script", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url, { javaScriptEnabled: false });
    const { phone } = await enrolled(page, clock);
    await enterPassword(page);
    await askForCode(page);
    expect(await page.getByRole("timer").textContent()).toBe("30 s");
    await page.getByRole("link", { name: "Authenticator app" }).click();
    await enterCode(page, await phone.freshCode());
    expect(await heading(page)).toBe(IN);
  });

  it("is used with the keyboard alone", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    const { phone } = await enrolled(page, clock);
    await enterPassword(page);
    // The field for the code has the focus, and Enter sends it.
    await page.locator("#code:focus").waitFor();
    await page.keyboard.type(await phone.freshCode());
    await page.keyboard.press("Enter");
    await page.waitForURL(`${url}/`);
    expect(await heading(page)).toBe(IN);
  });

  it("has a label for every field, one main heading, and a language, on every page", async () => {
    const { url, clock } = await openSite();
    const page = await visit(url);
    await register(page);
    const phone = await readSecret(page, clock);
    await soundPage(page);
    await enterCode(page, phone.code());
    for (const path of ["/", "/activity", "/login", "/register"]) {
      await page.goto(url + path);
      await soundPage(page);
    }
  });

  it.each([
    ["light", {}],
    ["dark", { colorScheme: "dark" as const }],
    ["narrow", { viewport: { width: 360, height: 740 } }],
  ])("looks right: %s", async (name, options) => {
    const folder = fileURLToPath(new URL("../../coverage/screenshots/", import.meta.url));
    mkdirSync(folder, { recursive: true });
    const { url, clock } = await openSite();
    const page = await visit(url, { viewport: { width: 760, height: 900 }, ...options });
    const shoot = async (what: string) => {
      // Nothing sticks out to the side.
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      await page.screenshot({ path: `${folder}${name}-${what}.png`, fullPage: true });
    };
    await shoot("welcome");
    await register(page);
    const phone = await readSecret(page, clock);
    await shoot("enrol");
    await enterCode(page, phone.code());
    await shoot("recovery-codes");
    await page.getByRole("link", { name: "I've saved them" }).click();
    await shoot("account");
    await logOut(page);
    await enterPassword(page);
    for (let i = 0; i < 5; i++) await enterCode(page, phone.wrong());
    await shoot("throttled");
    clock.advance(30_000);
    await askForCode(page);
    await shoot("sent");
    await enterCode(page, await sentCode(page));
    await page.getByRole("link", { name: "Activity" }).click();
    await shoot("activity");
  });
});

async function askForCode(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Text message" }).click();
  await page.getByRole("button", { name: "Send a code" }).click();
}

async function sentCode(page: Page): Promise<string> {
  const message = (await page.locator(".phone pre").first().textContent()) ?? "";
  return /#(\d{6})/.exec(message)?.[1] ?? "";
}

/** All that a failure shows, less what is new with every page. */
async function main(page: Page): Promise<string> {
  return (await page.locator("main").innerHTML()).replace(/value="[^"]*"/g, "").replaceAll(/\s+/g, " ");
}

async function soundPage(page: Page): Promise<void> {
  expect(await page.locator("h1").count()).toBe(1);
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  const unlabelled = `[...document.querySelectorAll("input:not([type=hidden])")].filter((field) => !field.labels.length).length`;
  expect(await page.evaluate(unlabelled)).toBe(0);
  expect(await page.evaluate(`[...document.querySelectorAll("[id]")].length`)).toBe(
    await page.evaluate(`new Set([...document.querySelectorAll("[id]")].map(({ id }) => id)).size`),
  );
}
