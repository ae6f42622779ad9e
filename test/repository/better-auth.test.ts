// examples/better-auth against the real package: the attack before and after the plugin, and that better-auth still counts failures.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decodeBase32, parseUri } from "otp-core";
import { createGuard } from "otp-core/guard";
import { memoryStore } from "otp-core/store";
import { createAuthenticator } from "otp-core/testing";
import { describe, expect, it } from "vitest";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const isInstalled = existsSync(`${examples}better-auth/node_modules/better-auth`);
if (!isInstalled) console.log("skipped: better-auth is not installed (npm ci --prefix examples/better-auth)");

it("better-auth is installed in the continuous integration", () => expect(isInstalled || !process.env.CI).toBe(true));

describe.skipIf(!isInstalled)("examples/better-auth", () => {
  it("better-auth-attack.js: a code logs in again and again without the plugin, and once with it", () => {
    const run = spawnSync(process.execPath, [`${examples}better-auth-attack.js`], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(run.stdout.trimEnd().split("\n")).toEqual([
      "better-auth alone, log-ins with the code that confirmed the app: 1 of 1",
      "better-auth alone, simultaneous log-ins with one code: 5 of 5",
      "better-auth alone, log-ins with a used code: 1 of 1",
      "better-auth alone, log-ins with malformed codes: 0 of 3",
      "with the plugin, log-ins with the code that confirmed the app: 0 of 1",
      "with the plugin, simultaneous log-ins with one code: 1 of 5",
      "with the plugin, log-ins with a used code: 0 of 1",
      "with the plugin, log-ins with malformed codes: 0 of 3",
    ]);
  });

  it("leaves wrong codes to better-auth, which locks the account after ten", async () => {
    const load = (file: string) => import(`${examples}better-auth/${file}`);
    const [{ acceptCodesOnce }, { createServer }] = await Promise.all([load("plugin.js"), load("server.js")]);
    const guard = createGuard({ store: memoryStore(), attempts: "host" });
    const { handler } = createServer([acceptCodesOnce(guard, { decodeBase32 })]);
    const origin = "http://127.0.0.1:3000";
    const password = "correct horse battery";
    const cookies = new Map<string, string>();
    const call = async (path: string, body: object): Promise<Record<string, unknown>> => {
      const cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join("; ");
      const headers = { "content-type": "application/json", origin, cookie };
      const init = { method: "POST", headers, body: JSON.stringify(body) };
      const response: Response = await handler(new Request(`${origin}/api/auth${path}`, init));
      for (const line of response.headers.getSetCookie()) {
        const [, key = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(key, value);
      }
      return { status: response.status, ...((await response.json()) as object) };
    };

    await call("/sign-up/email", { email: "bob@example.com", password, name: "bob" });
    const { totpURI } = await call("/two-factor/enable", { password });
    const phone = createAuthenticator(parseUri(String(totpURI)));
    expect(await call("/two-factor/verify-totp", { code: phone.code() })).toMatchObject({ status: 200 });
    const enter = async (code: string) => {
      cookies.clear();
      await call("/sign-in/email", { email: "bob@example.com", password });
      return call("/two-factor/verify-totp", { code });
    };
    // A used code is refused and is not a failure.
    expect(await enter(phone.replayed())).toMatchObject({ status: 401, code: "INVALID_CODE" });
    for (let i = 0; i < 10; i++)
      expect(await enter(phone.wrong())).toMatchObject({ status: 401, code: "INVALID_CODE" });
    expect(await enter(phone.next())).toMatchObject({ status: 429, code: "ACCOUNT_TEMPORARILY_LOCKED" });
  });
});
