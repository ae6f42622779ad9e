// The adapter of examples/programs for parse-server: as parse-server calls it, and under the real server where it is installed.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createAccounts, createKeyBox } from "otp-core/account";
import { memoryStore } from "otp-core/store";
import { createAuthenticator, fakeClock } from "otp-core/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { otpAdapter, proposeOtp, refuseUnlink } from "../../examples/programs/parse-server-otp.ts";
import { postgresIsInstalled, privatePostgres } from "../servers/postgres.ts";
import { serverSuite } from "../servers/server-suite.ts";
import { startHost } from "../support/host-program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("parse-server-otp.ts, called as parse-server calls it", () => {
  it("sets up, logs in once by a code, and changes the app in one write", async () => {
    const clock = fakeClock(1_800_000_000_000);
    const bytes = new Uint8Array(32).fill(7);
    const seal = createKeyBox([{ id: "a", bytes }]);
    const accounts = createAccounts({ store: memoryStore({ clock }), clock, pepper: bytes, seal });
    const adapter = otpAdapter(accounts);
    const user = { id: "u1" };
    const request = { original: user };

    await expect(proposeOtp(accounts, undefined)).rejects.toThrow("Log in first");
    const { authenticator, uri } = await proposeOtp(accounts, user);
    const phone = createAuthenticator(uri, { clock });
    const setUp = { authenticator, token: phone.code() };
    expect(() => adapter.validateSetUp(setUp, {}, {})).toThrow("Sign up first");
    await expect(adapter.validateSetUp(setUp, {}, { original: { id: "u2" } })).rejects.toThrow("Invalid OTP token");
    await expect(adapter.validateSetUp({ token: phone.code() }, {}, request)).rejects.toThrow("proposeOtp");
    expect(await adapter.validateSetUp(setUp, {}, request)).toEqual({ save: { status: "enabled" } });

    for (const token of [phone.replayed(), phone.wrong(), ...phone.malformed()])
      await expect(adapter.validateLogin({ token }, {}, request)).rejects.toThrow("Invalid OTP token");
    const token = await phone.freshCode();
    expect(await adapter.validateLogin({ token }, {}, request)).toEqual({ doNotSave: true });
    await expect(adapter.validateLogin({ token }, {}, request)).rejects.toThrow("Invalid OTP token");

    const next = await proposeOtp(accounts, user);
    const newPhone = createAuthenticator(next.uri, { clock });
    const change = () => ({ authenticator: next.authenticator, token: newPhone.code(), old: phone.code() });
    await expect(adapter.validateUpdate({ ...change(), old: phone.replayed() }, {}, request)).rejects.toThrow(
      "Invalid",
    );
    await phone.freshCode();
    expect(await adapter.validateUpdate(change(), {}, request)).toEqual({ save: { status: "enabled" } });
    expect((await accounts.status("u1")).authenticators).toHaveLength(1);
    await expect(adapter.validateLogin({ token: await phone.freshCode() }, {}, request)).rejects.toThrow("Invalid");
    expect(await adapter.validateLogin({ token: await newPhone.freshCode() }, {}, request)).toEqual({
      doNotSave: true,
    });
  });
});

it("parse-server-otp.ts: a session cannot remove the second factor", () => {
  const user = (authData: Record<string, unknown> | null) => ({ get: () => authData });
  const enabled = user({ otp: { status: "enabled" } });
  for (const object of [user({ otp: null }), user({}), user(null)]) {
    expect(() => refuseUnlink({ object, original: enabled })).toThrow("cannot be removed");
    expect(() => refuseUnlink({ object, original: enabled, master: true })).not.toThrow();
  }
  expect(() => refuseUnlink({ object: enabled, original: enabled })).not.toThrow();
  expect(() => refuseUnlink({ object: user(null), original: user(null) })).not.toThrow();
  expect(() => refuseUnlink({ object: user(null) })).not.toThrow();
});

const isInstalled = postgresIsInstalled && existsSync(join(root, "examples/parse-server/node_modules/parse-server"));

serverSuite(
  "parse-server-otp.ts under parse-server",
  "parse-server (npm ci --prefix examples/parse-server) or PostgreSQL",
  isInstalled,
  () => {
    it("accepts a code once, while the adapter mfa of parse-server accepts it again and again", async () => {
      const postgres = await privatePostgres();
      onTestFinished(() => postgres.remove());
      // parse-server writes its log into the folder where it is started.
      const cwd = mkdtempSync(join(tmpdir(), "otp-core-parse-"));
      onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
      const url = await startHost({
        command: process.execPath,
        args: [
          ...["--no-experimental-require-module", "--import", join(root, "test/support/typescript.js")],
          join(root, "test/support/parse-program.ts"),
        ],
        cwd,
        env: { DATABASE_URL: postgres.url },
      });
      const call = async (method: string, path: string, body: object, session = "") => {
        const response = await fetch(`${url}/parse${path}`, {
          method,
          headers: {
            "content-type": "application/json",
            "X-Parse-Application-Id": "app",
            ...(session !== "" && { "X-Parse-Session-Token": session }),
          },
          body: JSON.stringify(body),
        });
        return (await response.json()) as Record<string, string> & { result: { authenticator: string; uri: string } };
      };
      const logIns = async (user: object, authData: object) => {
        const answers = await Promise.all(
          Array.from({ length: 5 }, () => call("POST", "/login", { ...user, authData })),
        );
        return answers.filter(({ sessionToken }) => sessionToken !== undefined).length;
      };

      const alice = { username: "alice", password: "correct horse" };
      const before = createAuthenticator({ secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" });
      const { objectId, sessionToken } = await call("POST", "/users", alice);
      const mfa = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", token: before.code() };
      await call("PUT", `/users/${objectId}`, { authData: { mfa } }, sessionToken);
      expect(await call("POST", "/login", alice)).toMatchObject({ error: "Missing additional authData mfa" });
      expect(await logIns(alice, { mfa: { token: before.next() } })).toBe(5);
      expect(await logIns(alice, { mfa: { token: before.replayed() } })).toBe(5);

      const bob = { username: "bob", password: "correct horse" };
      const user = await call("POST", "/users", bob);
      const { result } = await call("POST", "/functions/proposeOtp", {}, user.sessionToken);
      const phone = createAuthenticator(result.uri);
      const otp = { authenticator: result.authenticator, token: phone.code() };
      await call("PUT", `/users/${user.objectId}`, { authData: { otp } }, user.sessionToken);
      expect(await call("POST", "/login", bob)).toMatchObject({ error: "Missing additional authData otp" });
      expect(await logIns(bob, { otp: { token: phone.replayed() } })).toBe(0);
      expect(await logIns(bob, { otp: { token: phone.next() } })).toBe(1);
      // A session cannot remove the second factor, alone or with other changes. Other changes are saved.
      for (const removal of [{ authData: { otp: null } }, { authData: { otp: null }, email: "bob@example.com" }]) {
        const refused = await call("PUT", `/users/${user.objectId}`, removal, user.sessionToken);
        expect(refused).toMatchObject({ error: "The second factor cannot be removed here" });
      }
      const saved = await call("PUT", `/users/${user.objectId}`, { email: "bob@example.com" }, user.sessionToken);
      expect(saved).toMatchObject({ updatedAt: expect.any(String) });
      expect(await call("POST", "/login", bob)).toMatchObject({ error: "Missing additional authData otp" });
      for (const token of [5, null, {}, "", "12345x"]) expect(await logIns(bob, { otp: { token } })).toBe(0);
    });
  },
  false,
);
