// The typed programs of examples/programs, each run as an application would run it. Frameworks and databases are played by a few lines,
// because the frameworks themselves are tested in frameworks.test.ts and the databases in the tests of the stores.
import { createHmac } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Express, Response as ExpressResponse, Request, RequestHandler } from "express";
import sqlite from "node-sqlite3-wasm";
import { encodeBase32, parseUri } from "otp-core";
import { createAccounts, createKeyBox, type SealingKey } from "otp-core/account";
import { createGuard } from "otp-core/guard";
import { memoryStore } from "otp-core/store";
import { createAuthenticator, exhaust, fakeClock } from "otp-core/testing";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { finishChange, type Session, startChange } from "../../examples/programs/change-of-phone.ts";
import { addLogIn } from "../../examples/programs/express-log-in.ts";
import { rotate } from "../../examples/programs/key-rotation.ts";
import { type Kms, keyInKms, sealByKms } from "../../examples/programs/kms.ts";
import { logIn as logInAfterOtplib, migrate, type UserRow } from "../../examples/programs/otplib-migration.ts";
import { otpStrategy } from "../../examples/programs/passport-strategy.ts";
import { openAccounts } from "../../examples/programs/shop.ts";
import { openDevices } from "../../examples/programs/stolen-device.ts";
import { openSupportDesk } from "../../examples/programs/support-desk.ts";
import worker, { accountsOf } from "../../examples/programs/worker-d1.ts";

const frameworks = fileURLToPath(new URL("../../examples/frameworks/node_modules", import.meta.url));
const passportIsInstalled = existsSync(`${frameworks}/passport`);
if (!passportIsInstalled)
  console.log("skipped: passport-strategy.ts, because Passport is not installed (npm ci --prefix examples/frameworks)");

const folder = new URL("../../examples/programs/", import.meta.url);
const secret = "a secret of the tests with 32 characters";
const subject = "user-1";

function openShop() {
  const clock = fakeClock(1_800_000_000_000);
  const store = memoryStore({ clock });
  const mails: string[] = [];
  const accounts = openAccounts({ store, clock, secret, mail: (to, text) => mails.push(`${to}: ${text}`) });
  return { clock, store, accounts, mails };
}

async function enrol({ accounts, clock }: Pick<ReturnType<typeof openShop>, "accounts" | "clock">) {
  const { authenticator, uri } = await accounts.propose({ subject, issuer: "Shop", account: "alice" });
  const phone = createAuthenticator(uri, { clock });
  await accounts.confirm({ subject, authenticator, code: phone.code() });
  return { authenticator, phone, secret: parseUri(uri).secret };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What Express does with a request, without Express: one session and one jar of cookies. */
function playExpress() {
  const routes = new Map<string, RequestHandler>();
  const add = (method: string) => (path: string, handler: RequestHandler) => routes.set(`${method} ${path}`, handler);
  const app: Express = { get: add("GET"), post: add("POST"), delete: add("DELETE") };
  const session: Request["session"] = {};
  const cookies: Record<string, string | undefined> = {};

  async function request(route: string, body?: Readonly<Record<string, unknown>>) {
    const answer: Record<string, unknown> = { status: 200 };
    const set = (record: Record<string, unknown>, name: string, value: unknown) => {
      record[name] = value;
      return response;
    };
    const response: ExpressResponse = {
      status: (status) => set(answer, "status", status),
      set: (name, value) => set(answer, name, value),
      cookie: (name, value) => set(cookies, name, value),
      clearCookie: (name) => set(cookies, name, undefined),
      json: (json) => set(answer, "json", json),
      redirect: (location) => set(answer, "location", location),
      render: (view, data) => Object.assign(answer, { view, ...data }),
    };
    await routes.get(route)?.({ body, cookies, params: {}, ip: "192.0.2.1", session }, response);
    return answer;
  }
  return { app, session, cookies, request };
}

describe("the programs of the examples", () => {
  it("are listed by their README, and each is run here or is a test itself", () => {
    const readme = readFileSync(new URL("README.md", folder), "utf8");
    const here = [import.meta.url, new URL("./parse-server.test.ts", import.meta.url)]
      .map((file) => readFileSync(fileURLToPath(file), "utf8"))
      .join();
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
      expect(readme, file).toContain(`](${file})`);
      if (!/\.(test|d)\.ts$/.test(file)) expect(here, file).toContain(`/examples/programs/${file}"`);
    }
  });

  it("express-log-in.ts: enrolment, log-in, a used code, junk, and a trusted device", async () => {
    const { accounts, store, clock, mails } = openShop();
    const { app, session, cookies, request } = playExpress();
    const checkPassword = async (body: unknown) =>
      (body as { password?: unknown } | undefined)?.password === "correct horse" ? subject : null;
    const startSession = async (req: Request) => {
      delete req.session.pending;
      req.session.subject = subject;
    };
    addLogIn({ app, accounts, store, clock, checkPassword, startSession });
    const password = { password: "correct horse" };

    expect(await request("POST /password")).toMatchObject({ status: 401 });
    expect(await request("POST /password", password)).toMatchObject({ location: "/" });
    const { uri } = (await request("GET /enrol")) as { uri: string };
    expect(await request("GET /enrol")).toMatchObject({ uri });
    const phone = createAuthenticator(uri, { clock });
    expect(await request("POST /enrol", { code: phone.wrong() })).toMatchObject({ location: "/enrol" });
    expect(await request("POST /enrol", { code: phone.code() })).toMatchObject({ view: "recovery-codes" });
    expect(await request("GET /enrol")).toMatchObject({ location: "/change-phone" });
    expect(mails).toEqual([`${subject}: An authenticator app was added.`]);

    delete session.subject;
    expect(await request("POST /code", { code: await phone.freshCode() })).toMatchObject({ location: "/login" });
    expect(await request("POST /password", password)).toMatchObject({ view: "code" });
    for (const code of [...phone.malformed(), undefined]) {
      expect(await request("POST /code", { code })).toMatchObject({ status: 401 });
    }
    expect(await request("POST /code")).toMatchObject({ status: 401 });
    expect(session.subject).toBeUndefined();
    const code = await phone.freshCode();
    expect(await request("POST /code", { code, remember: "on" })).toMatchObject({ location: "/" });
    expect(session.subject).toBe(subject);

    session.pending = subject;
    expect(await request("POST /code", { code })).toMatchObject({ status: 401, "Retry-After": expect.any(String) });
    expect(cookies.device).toMatch(/\./);
    expect(await request("POST /password", password)).toMatchObject({ location: "/" });

    for (let i = 0; i < 30; i++) await request("POST /password", {});
    expect(await request("POST /password", password)).toMatchObject({ status: 429 });
  });

  it("next-action.ts: the page is shown a refusal, and a valid code redirects", async () => {
    const went = (path: string) => new Error(`redirect ${path}`);
    vi.stubEnv("OTP_SECRET", secret);
    vi.doMock("next/headers", () => ({ cookies: async () => ({ get: () => undefined }) }));
    vi.doMock("next/navigation", () => ({
      redirect: (path: string) => {
        throw went(path);
      },
    }));
    const { accounts, session } = await import("../../examples/programs/next-session.ts");
    const { logIn } = await import("../../examples/programs/next-action.ts");
    const form = (code?: string) => {
      const data = new FormData();
      if (code !== undefined) data.set("code", code);
      return data;
    };
    await expect(logIn(null, form())).rejects.toThrow("redirect /login");

    const { authenticator, uri } = await accounts.propose({ subject, issuer: "Shop", account: "alice" });
    const phone = createAuthenticator(uri);
    const used = phone.code();
    expect(await accounts.confirm({ subject, authenticator, code: used })).not.toBeNull();
    session.pending = subject;
    expect(await logIn(null, form())).toMatchObject({ retryAfterMs: 0 });
    expect(await logIn(null, form(used))).toMatchObject({ retryAfterMs: expect.any(Number) });
    await expect(logIn(null, form(phone.next()))).rejects.toThrow("redirect /");
    expect(session).toEqual({ pending: null, user: subject });
  });

  it.skipIf(!passportIsInstalled && !process.env.CI)("passport-strategy.ts: under Passport and Express", async () => {
    const { accounts, clock, store } = openShop();
    const { phone } = await enrol({ accounts, clock });
    const require = createRequire(import.meta.url);
    const { Passport } = require(`${frameworks}/passport`);
    const express = require(`${frameworks}/express`);
    const passport = new Passport();
    passport.use(
      otpStrategy<IncomingMessage>({ accounts, findSubject: ({ headers }) => (headers.cookie ? subject : null) }),
    );
    const app = express().use(express.json());
    app.post(
      "/code",
      passport.authenticate("otp", { session: false }),
      (req: { user: unknown }, res: ExpressResponse) => res.json(req.user),
    );
    const url = await listening(createServer(app));
    const post = async (body?: unknown, cookie = "session=1") => {
      const headers = { "content-type": "application/json", cookie };
      const response = await fetch(`${url}/code`, { method: "POST", headers, body: JSON.stringify(body) ?? null });
      return { status: response.status, body: await response.text() };
    };

    const code = await phone.freshCode();
    for (const body of [
      undefined,
      [],
      {},
      ...phone.malformed().map((junk) => ({ code: junk })),
      { code: phone.wrong() },
    ])
      expect(await post(body)).toMatchObject({ status: 401 });
    expect(await post({ code }, "")).toMatchObject({ status: 401 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => post({ code })));
    expect(answers.filter(({ status }) => status === 200)).toEqual([{ status: 200, body: '{"id":"user-1"}' }]);
    expect(await post({ code })).toMatchObject({ status: 401 });
    store.swap = () => Promise.reject(new Error("down"));
    expect(await post({ code: await phone.freshCode() })).toMatchObject({ status: 500 });
  });

  it("worker-d1.ts: the account is in the user's row", async () => {
    const database = new sqlite.Database();
    database.run("CREATE TABLE users (id TEXT PRIMARY KEY, otp TEXT)");
    database.run("INSERT INTO users (id) VALUES (?)", [subject]);
    const statement = (query: string, values: readonly unknown[]): D1Statement => ({
      bind: (...bound) => statement(query, bound),
      first: async <T>(column: string) => (database.get(query, values as never)?.[column] ?? null) as T | null,
      run: async () => ({ meta: { changes: database.run(query, values as never).changes } }),
    });
    const DB: D1Database = { prepare: (query) => statement(query, []) };
    let pending: string | null = subject;
    const env = { DB, OTP_SECRET: secret, SESSIONS: { pendingUser: async () => pending } };
    const post = async (body: string) => {
      const response = await worker.fetch(new Request("https://shop.example/verify", { method: "POST", body }), env);
      return { status: response.status, ...((await response.json()) as object) };
    };

    const { authenticator, uri } = await accountsOf(env).propose({ subject, issuer: "Shop", account: "alice" });
    const phone = createAuthenticator(uri);
    const code = phone.code();
    await accountsOf(env).confirm({ subject, authenticator, code });
    for (const body of ["", "{", "null", "[]", '{"code":{}}', JSON.stringify({ code })])
      expect(await post(body), body).toMatchObject({ status: 401, ok: false });
    expect(await post(JSON.stringify({ code: phone.next() }))).toEqual({ status: 200, ok: true });
    expect(database.get("SELECT otp FROM users")?.otp).toEqual(expect.any(String));
    pending = null;
    expect(await post("{}")).toMatchObject({ status: 403 });
    database.close();
  });

  it("support-desk.ts: explains, unlocks, and starts again", async () => {
    const shop = openShop();
    const { authenticator, phone, secret } = await enrol(shop);
    const desk = openSupportDesk(shop.accounts);
    expect(await desk.show(subject)).toEqual([
      "state: open, 0 failures",
      "totp: clock off by 0 steps",
      "0 recovery codes, 0 trusted devices",
    ]);
    const slow = createAuthenticator({ secret }, { clock: () => shop.clock() - 600_000 });
    expect(await desk.explain(subject, authenticator, slow.code())).toBe(
      "The clock of the phone is 10 minutes behind.",
    );
    const long = createAuthenticator({ secret, digits: 8 }, { clock: shop.clock });
    expect(await desk.explain(subject, authenticator, long.code())).toBe("The app ignores digits.");
    expect(await desk.explain(subject, authenticator, "junk")).toBe("The code belongs to another key, or it is old.");

    await exhaust(() => shop.accounts.attempt({ subject, code: phone.wrong() }));
    expect(await shop.accounts.verify({ subject, code: phone.next() })).toBe(false);
    await desk.unlock(subject);
    expect(await shop.accounts.verify({ subject, code: phone.next() })).toBe(true);
    expect(shop.mails.at(-1)).toContain("added");
    await desk.startAgain(subject);
    expect((await shop.accounts.status(subject)).methods).toEqual([]);
  });

  it("shop.ts: tells the owner of a success after failures and of a used recovery code", async () => {
    const shop = openShop();
    const { phone } = await enrol(shop);
    for (let i = 0; i < 4; i++) await shop.accounts.verify({ subject, code: phone.wrong() });
    expect(await shop.accounts.verify({ subject, code: await phone.freshCode() })).toBe(true);
    expect(shop.mails.at(-1)).toContain("Another person may have your password.");
    const [code] = await shop.accounts.generateRecoveryCodes(subject);
    expect(await shop.accounts.verify({ subject, code })).toBe(true);
    expect(shop.mails.at(-1)).toBe(`${subject}: A recovery code was used. You have 9 left.`);
  });

  it("express-log-in.ts: a page that was opened before the owner enrolled adds no second authenticator", async () => {
    const shop = openShop();
    const { accounts, store, clock } = shop;
    const { app, session, request } = playExpress();
    addLogIn({ app, accounts, store, clock, checkPassword: async () => null, startSession: async () => {} });
    session.subject = subject;
    const { uri } = (await request("GET /enrol")) as { uri: string };
    await enrol(shop);
    const code = createAuthenticator(uri, { clock }).code();
    expect(await request("POST /enrol", { code })).toMatchObject({ location: "/change-phone" });
    expect((await accounts.status(subject)).authenticators).toHaveLength(1);
  });

  it("otplib-migration.ts: phones and backup codes go on, and a second run changes nothing", async () => {
    const { accounts, clock } = openShop();
    const erased: number[] = [];
    const erase = async (id: number) => void erased.push(id);
    const [alice, bob, carol]: UserRow[] = [
      {
        id: 1,
        email: "alice@example.com",
        otp_secret: "KVKFKRCPNZQUYMLXOVYDSQKJKZDTSRLD",
        backup_codes: ["a1b2c3d4e5"],
      },
      { id: 2, email: "bob@example.com", otp_secret: null, backup_codes: [] },
      { id: 3, email: "carol@example.com", otp_secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", backup_codes: [] },
    ] as const as [UserRow, UserRow, UserRow];
    expect(await migrate(accounts, [alice, bob] as UserRow[], erase)).toBe(1);
    expect(await migrate(accounts, [alice, bob] as UserRow[], erase)).toBe(0);
    const phone = createAuthenticator({ secret: alice?.otp_secret ?? "" }, { clock });
    expect(await accounts.verify({ subject: "1", code: phone.code() })).toBe(true);
    expect(await accounts.verify({ subject: "1", code: "A1B2C-3D4E5" })).toBe(true);
    // The code of the phone stays used up when the migration runs once more.
    expect(await migrate(accounts, [alice as UserRow], erase)).toBe(0);
    expect(await accounts.verify({ subject: "1", code: phone.replayed() })).toBe(false);
    expect(await accounts.verify({ subject: "1", code: "a1b2c3d4e5" })).toBe(false);

    const other = createAuthenticator({ secret: carol?.otp_secret ?? "" }, { clock });
    const code = other.code();
    expect(await logInAfterOtplib(accounts, carol as UserRow, erase, code)).toBe(true);
    expect(await logInAfterOtplib(accounts, carol as UserRow, erase, code)).toBe(false);
    expect(await logInAfterOtplib(accounts, bob as UserRow, erase, code)).toBe(false);
    expect(new Set(erased)).toEqual(new Set([1, 3]));

    // Two requests have read the row, and a backup code is used between them.
    const dora: UserRow = {
      id: 4,
      email: "dora@example.com",
      otp_secret: "NB2W45DFOIZAKVKFKRCPNZQUYMLXOVYD",
      backup_codes: ["f6g7h8i9j0"],
    };
    let end = () => {};
    const slow = {
      ...accounts,
      adoptRecoveryCodes: async (set: Parameters<typeof accounts.adoptRecoveryCodes>[0]) => {
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        await accounts.adoptRecoveryCodes(set);
      },
    };
    const second = logInAfterOtplib(slow, dora, erase, "f6g7h8i9j0");
    expect(await logInAfterOtplib(accounts, dora, erase, "f6g7h8i9j0")).toBe(true);
    end();
    expect(await second).toBe(false);
  });

  it("change-of-phone.ts: the old phone works until the new phone is proved, and not a moment longer", async () => {
    const shop = openShop();
    const { accounts, clock } = shop;
    const { authenticator: old, phone } = await enrol(shop);
    const session: Session = { subject };
    expect(await finishChange(accounts, session, old, "123456")).toBe("start again");
    expect(await startChange(accounts, session, phone.replayed())).toBeNull();
    const shown = await startChange(accounts, session, await phone.freshCode());
    const next = createAuthenticator(shown?.uri ?? "", { clock });
    expect(await finishChange(accounts, session, old, next.wrong())).toBe("wrong code");
    expect(await accounts.verify({ subject, code: await phone.freshCode() })).toBe(true);
    expect(await finishChange(accounts, session, old, next.code())).toBe("changed");
    expect(await accounts.verify({ subject, code: await phone.freshCode() })).toBe(false);
    expect(await accounts.verify({ subject, code: await next.freshCode() })).toBe(true);
    expect(shop.mails.at(-1)).toBe(`${subject}: Your phone was changed.`);
  });

  it("stolen-device.ts: a copied cookie ends the device, and the owner is informed", async () => {
    const shop = openShop();
    const { accounts, clock } = shop;
    const { phone } = await enrol(shop);
    const devices = openDevices(accounts);
    const { app, cookies, request } = playExpress();
    app.get("/skips", async (req, res) => res.json(await devices.skipsCode(req, res, subject)));
    const trust = async () => {
      await accounts.verify({ subject, code: await phone.freshCode() });
      return (await accounts.trust({ subject, label: "Firefox" }))?.deviceToken;
    };
    const copied = await trust();
    cookies.device = copied;
    expect(await request("GET /skips")).toMatchObject({ json: true });
    // A day later the owner's cookie is replaced, and the owner comes again. Then the thief comes with the copy.
    clock.advance(25 * 3_600_000);
    await request("GET /skips");
    expect(cookies.device).not.toBe(copied);
    await request("GET /skips");
    clock.advance(120_000);
    cookies.device = copied;
    expect(await request("GET /skips")).toMatchObject({ json: false });
    expect(cookies.device).toBeUndefined();
    expect(shop.mails.at(-1)).toContain("copied");
    expect(await devices.list(subject)).toEqual([]);

    cookies.device = await trust();
    const [listed] = await devices.list(subject);
    expect(listed).toMatchObject({ label: "Firefox" });
    expect(await devices.end(subject, "unknown")).toBe(false);
    expect(await devices.end(subject, listed?.device ?? "")).toBe(true);
    cookies.device = await trust();
    await devices.passwordChanged(subject);
    expect(await request("GET /skips")).toMatchObject({ json: false });
  });

  it("key-rotation.ts: every secret is sealed under the new key, and a user whose key is missing is named", async () => {
    const clock = fakeClock(1_800_000_000_000);
    const store = memoryStore({ clock });
    const key = (id: string, byte: number): SealingKey => ({ id, bytes: new Uint8Array(32).fill(byte) });
    const open = (...keys: [SealingKey, ...SealingKey[]]) =>
      createAccounts({ store, clock, pepper: new Uint8Array(32), seal: createKeyBox(keys) });
    const { phone } = await enrol({ accounts: open(key("old", 1)), clock });
    const lost = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
    await open(key("lost", 3)).adopt({ subject: "user-2", key: lost });
    const both = open(key("new", 2), key("old", 1));
    expect(await rotate(both, [subject, "user-2", "user-3"])).toEqual({ sealed: 1, unreadable: ["user-2"] });
    expect(await rotate(both, [subject])).toEqual({ sealed: 0, unreadable: [] });
    expect(await open(key("new", 2)).verify({ subject, code: await phone.freshCode() })).toBe(true);
  });

  it("kms.ts: the KMS encrypts secrets for one user and authenticator, and signs with keys that never leave it", async () => {
    const calls: string[] = [];
    const kms: Kms = {
      // A KMS that does not encrypt, but binds the context: enough to see who asks for what.
      encrypt: async (_keyId, plaintext, context) =>
        Buffer.from(`${JSON.stringify(context)}|${Buffer.from(plaintext).toString("hex")}`),
      async decrypt(ciphertext, context) {
        const [bound = "", plaintext = ""] = Buffer.from(ciphertext).toString().split("|");
        if (bound !== JSON.stringify(context)) throw new Error("another context");
        return Uint8Array.from(Buffer.from(plaintext, "hex"));
      },
      async hmac(keyId, message) {
        calls.push(keyId);
        return Uint8Array.from(createHmac("sha256", keyId).update(message).digest());
      },
    };
    const clock = fakeClock(1_800_000_000_000);
    const store = memoryStore({ clock });
    const accounts = createAccounts({ store, clock, pepper: new Uint8Array(32), seal: sealByKms(kms, "key-1") });
    const { phone } = await enrol({ accounts, clock });
    expect(await accounts.verify({ subject, code: await phone.freshCode() })).toBe(true);
    expect((await accounts.status(subject)).needsReseal).toBe(false);
    const rotated = createAccounts({ store, clock, pepper: new Uint8Array(32), seal: sealByKms(kms, "key-2") });
    expect(await rotate(rotated, [subject])).toEqual({ sealed: 1, unreadable: [] });
    const seal = sealByKms(kms, "key-1");
    const sealed = await seal.seal(Uint8Array.of(1, 2), { subject, authenticator: "phone" });
    await expect(seal.open(sealed, { subject: "user-2", authenticator: "phone" })).rejects.toThrow("another context");
    // Ids of keys at Google Cloud may contain dots.
    const dotted = sealByKms(kms, "projects/example.com:shop/key-1");
    const under = await dotted.seal(Uint8Array.of(1, 2), { subject, authenticator: "phone" });
    expect(await dotted.open(under, { subject, authenticator: "phone" })).toEqual(Uint8Array.of(1, 2));

    const guard = createGuard({ store, clock });
    const token = createAuthenticator(
      { type: "totp", secret: encodeBase32(Buffer.from("key-9")), algorithm: "SHA256" },
      { clock },
    );
    const code = token.code();
    expect(await guard.verify({ subject, key: keyInKms(kms, "key-9"), code })).toBe(true);
    expect(await guard.verify({ subject, key: keyInKms(kms, "key-9"), code })).toBe(false);
    expect(new Set(calls)).toEqual(new Set(["key-9"]));
  });
});
