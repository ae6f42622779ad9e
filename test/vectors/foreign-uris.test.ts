// Key URIs as other libraries really write them (vectors/foreign-uris.json): the key that they were asked for is read, and what apps will
// trip over is named.
import { execSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inspectUri, parseUri } from "otp-core";
import { beforeAll, describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";
import { SECRET } from "../support/uris.ts";
import { rows, vectorFile } from "../support/vector-file.ts";

const { written } = vectorFile("foreign-uris", ["written"]);
const table = rows(written, {
  library: "string",
  what: "string",
  uri: "string",
  type: "string",
  issuer: "string",
  account: "string",
  algorithm: "string",
  digits: "number",
  moving: "number",
  problems: "string",
});

const withoutColon = (text: string) => text.replaceAll(":", " ");

describe("a URI of another library", () => {
  it.each(table)("$library, $what", ({ library, what, uri, problems, type, moving, ...names }) => {
    const expected = problems.split(" ").filter((code) => code !== "");
    const report = inspectUri(uri);
    expect(report.problems.map(({ code }) => code).sort()).toEqual([...expected].sort());

    const last = type === "hotp" ? { counter: moving } : { period: moving };
    const asked = { type, secret: SECRET, ...names, ...last };
    const errors = report.problems.flatMap(({ code, severity }) => (severity === "error" ? [code] : []));
    // speakeasy writes the account alone into the label. All apps read the part before a colon as an issuer.
    if (library.startsWith("speakeasy") && what === "a colon in the account") asked.account = "b";
    if (errors.length === 0) {
      expect(parseUri(uri)).toStrictEqual(asked);
      return;
    }
    expect(() => parseUri(uri)).toThrow(refusal("invalid-uri"));
    if (errors.includes("missing-counter")) Object.assign(asked, { counter: 0 });
    const { issuer, account } = asked;
    expect(report.key).toStrictEqual({ ...asked, issuer: withoutColon(issuer), account: withoutColon(account) });
  });

  it("is read without a question by the libraries' plainest call", () => {
    const plain = table.filter(({ what }) => what === "plain names");
    expect(plain.length).toBeGreaterThanOrEqual(8);
    for (const { uri, library } of plain)
      expect(parseUri(uri), library).toMatchObject({ account: "alice@example.com" });
  });
});

describe("the vectors", () => {
  const folder = fileURLToPath(new URL("../../vectors/moving", import.meta.url));
  beforeAll(() => {
    if (!existsSync(`${folder}/node_modules`)) execSync("npm ci", { cwd: folder });
  });

  it("are what the packages write", () => {
    const args = ["--no-deprecation", "key-uris.js", "--check"];
    const run = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    expect(run.stdout + run.stderr).toBe("");
    expect(run.status).toBe(0);
  });
});
