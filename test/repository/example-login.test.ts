// The login of the examples as a process of its own, over each store that its environment can name, without a browser.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createAuthenticator } from "otp-core/testing";
import { createClient } from "redis";
import { describe, expect, it, onTestFinished } from "vitest";
import { postgresIsInstalled, privatePostgres } from "../servers/postgres.ts";
import { privateRedis, redisIsInstalled } from "../servers/redis.ts";
import { connect } from "../servers/sql-clients.js";

const MAIN = fileURLToPath(new URL("../../examples/login/main.js", import.meta.url));
const DEMO = fileURLToPath(new URL("../../examples/demo.js", import.meta.url));

async function started(script: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const child: ChildProcess = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  });
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url !== undefined) return { url, line };
  }
  throw new Error("the server said no address");
}

/** A browser with cookies and forms, and without scripts. */
function visitor(url: string) {
  let cookie = "";
  let page = "";
  async function go(path: string, init: RequestInit = {}): Promise<string> {
    const response = await fetch(url + path, { ...init, headers: { cookie }, redirect: "manual" });
    const session = response.headers.getSetCookie().find((each) => each.startsWith("session="));
    cookie = session?.split(";")[0] ?? cookie;
    page = await response.text();
    const location = response.headers.get("location");
    return location === null ? page : go(location);
  }
  const send = (path: string, fields: Record<string, string>) => {
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
    return go(path, { method: "POST", body: new URLSearchParams({ csrf, ...fields }) });
  };
  return { go, send };
}

async function wholeLife(url: string): Promise<void> {
  const { go, send } = visitor(url);
  const credentials = { name: "alice", password: "correct horse battery" };
  await go("/register");
  await send("/register", credentials);
  const secret = /class="secret">([A-Z2-7 ]+)</.exec(await go("/enrol"))?.[1] ?? "";
  // The server's clock is the real one: the codes of this step and of the next are both within its window.
  const phone = createAuthenticator({ secret });
  expect(await send("/enrol", { code: phone.code() })).toContain("Your recovery codes");
  await send("/logout", {});
  await go("/login");
  expect(await send("/login", credentials)).toContain("Two-factor authentication");
  expect(await send("/challenge?way=app", { code: phone.replayed() })).toContain("That code can&#39;t be used");
  expect(await send("/challenge?way=app", { code: phone.next() })).toContain("Welcome, alice");
  expect(await go("/activity")).toContain("A code was entered a second time");
}

describe("the login of the examples", () => {
  it("remembers in memory, when nothing else is said", async () => {
    const { url, line } = await started(MAIN, [], {});
    expect(line).toContain("state in memory");
    await wholeLife(url);
  });

  it.skipIf(!redisIsInstalled)("remembers in Redis: REDIS_URL", async () => {
    const redis = await privateRedis();
    onTestFinished(() => redis.remove());
    const { url, line } = await started(MAIN, [], { REDIS_URL: redis.url });
    expect(line).toContain("state in Redis");
    await wholeLife(url);
    const client = await createClient({ url: redis.url }).connect();
    onTestFinished(() => client.close());
    expect((await client.keys("otp1.*")).map((key) => key.split(".")[1]).sort()).toEqual([
      "account",
      "limiter",
      "limiter",
    ]);
  });

  it.skipIf(!postgresIsInstalled)("remembers in PostgreSQL: DATABASE_URL", async () => {
    const postgres = await privatePostgres();
    onTestFinished(() => postgres.remove());
    const { url, line } = await started(MAIN, [], { DATABASE_URL: postgres.url });
    expect(line).toContain("state in PostgreSQL");
    await wholeLife(url);
    const client = await connect("pg", postgres.url);
    onTestFinished(() => client.close());
    const { rows } = await client.query("SELECT count(*)::int AS records FROM otp_login", [], "rows");
    expect(rows).toEqual([{ records: 3 }]);
  });

  it("starts with the demo: --web", async () => {
    const { url } = await started(DEMO, ["--web"], {});
    expect(await (await fetch(url)).text()).toContain("Two-factor authentication");
  });

  it("ends by itself where the demo has no terminal", async () => {
    const child = spawn(process.execPath, [DEMO], { stdio: ["ignore", "pipe", "inherit"] });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) lines.push(line);
    expect(lines.at(-1)).toBe("npm run demo -- --web starts a login that you can try in a browser.");
    expect(lines.length).toBeGreaterThan(5);
  });
});
