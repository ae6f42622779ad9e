// The path of a newcomer: a log-in on Express and PostgreSQL in few lines of their own, in a project that has installed four packages.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createAuthenticator } from "otp-core/testing";
import { expect, it, onTestFinished } from "vitest";
import { postgresIsInstalled, privatePostgres } from "../servers/postgres.ts";
import { serverSuite } from "../servers/server-suite.ts";
import { connect } from "../servers/sql-clients.ts";
import { startHost } from "../support/host-program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "examples/newcomer.js");
const frameworks = join(root, "examples/frameworks/node_modules");
const isInstalled = postgresIsInstalled && existsSync(join(frameworks, "express-session"));

it("newcomer.js has at most 40 lines of code", () => {
  const lines = readFileSync(program, "utf8").split("\n");
  const code = lines.filter((line) => !/^\s*(\/\/.*)?$/.test(line));
  expect(code.length).toBeLessThanOrEqual(40);
  // The formatter of this repository is the judge of what a line is.
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(140);
});

/** What `npm install otp-core express express-session pg` leaves behind. */
function layProject(): string {
  const project = mkdtempSync(join(tmpdir(), "otp-core-newcomer-"));
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  mkdirSync(join(project, "node_modules"));
  const install = (name: string, folder: string) => symlinkSync(folder, join(project, "node_modules", name));
  install("otp-core", root);
  install("pg", join(root, "node_modules/pg"));
  for (const name of ["express", "express-session"]) install(name, join(frameworks, name));
  copyFileSync(program, join(project, "newcomer.mjs"));
  return project;
}

serverSuite("newcomer.js", "PostgreSQL or Express (npm ci --prefix examples/frameworks)", isInstalled, () => {
  it("enrols, logs in, refuses a used code and junk, and accepts a recovery code", async () => {
    const postgres = await privatePostgres();
    onTestFinished(() => postgres.remove());
    const client = await connect("pg", postgres.url);
    onTestFinished(() => client.close());
    for (const statement of [
      "CREATE EXTENSION pgcrypto",
      "CREATE TABLE users (id text PRIMARY KEY, name text UNIQUE, hash text)",
      "INSERT INTO users VALUES ('7', 'alice', crypt('correct horse', gen_salt('bf', 4)))",
    ])
      await client.query(statement, [], "rows");

    const env = { DATABASE_URL: postgres.url };
    const url = await startHost({ command: process.execPath, args: ["newcomer.mjs"], cwd: layProject(), env });
    let cookie = "";
    const post = async (path: string, body?: unknown) => {
      const headers = { "content-type": "application/json", cookie };
      const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) ?? null });
      cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
      const text = await response.text();
      return { status: response.status, body: text === "" ? null : JSON.parse(text) };
    };
    const password = { name: "alice", password: "correct horse" };

    for (const wrong of [undefined, {}, [], { name: "alice", password: "wrong" }, { name: {}, password: [1] }])
      expect((await post("/login", wrong)).status).toBe(401);
    expect((await post("/enrol")).status).toBe(401);
    expect((await post("/confirm")).status).toBe(401);
    expect((await post("/code", { code: "000000" })).status).toBe(401);

    expect((await post("/login", password)).body).toMatchObject({ subject: "7" });
    const stolen = createAuthenticator((await post("/enrol")).body.uri);
    const attacker = cookie;
    cookie = "";
    await post("/login", password);
    const phone = createAuthenticator((await post("/enrol")).body.uri);
    const used = phone.code();
    expect((await post("/confirm", { code: phone.wrong() })).status).toBe(401);
    const { status, body: recoveryCodes } = await post("/confirm", { code: used });
    expect([status, recoveryCodes.length]).toEqual([200, 10]);
    expect((await post("/enrol")).status).toBe(401);
    // An attacker with the password proposed an app before the owner added one.
    const owner = cookie;
    cookie = attacker;
    expect((await post("/confirm", { code: stolen.code() })).status).toBe(401);
    cookie = owner;

    const before = cookie;
    expect((await post("/login", password)).body).toMatchObject({ pending: "7" });
    expect(cookie).not.toBe(before);
    for (const code of [used, undefined, 5, {}, "12 34", phone.wrong()])
      expect((await post("/code", { code })).status).toBe(401);
    expect((await post("/code")).status).toBe(401);
    expect((await post("/code", { code: phone.next() })).body).toMatchObject({ subject: "7" });

    await post("/login", password);
    expect((await post("/code", { code: recoveryCodes[0] })).status).toBe(200);
    await post("/login", password);
    expect((await post("/code", { code: recoveryCodes[0] })).status).toBe(401);
  });
});
