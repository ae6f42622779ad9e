// `otp-core migrate`: Google Authenticator's transfers to key URIs and back.
import fc from "fast-check";
import { formatMigration, formatUri, type Key, type TotpKey } from "otp-core";
import { describe, expect, it } from "vitest";
import { expectBadUse, otpCore, printed, SECRET } from "../support/program.ts";
import { scripted } from "../support/scripted.ts";

const user = (account: string, fields: Partial<TotpKey> = {}): TotpKey => ({
  type: "totp",
  secret: SECRET,
  algorithm: "SHA1",
  digits: 6,
  period: 30,
  issuer: "Example",
  account,
  ...fields,
});
const users = (count: number) => Array.from({ length: count }, (_, i) => user(`user${i}`));
const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join("");

/** A transfer as it is on the wire: length-delimited fields of one byte's length, and numbers of one byte. */
const bytes = (field: number, value: readonly number[]) => [field * 8 + 2, value.length, ...value];
const number = (field: number, value: number) => [field * 8, value];
const text = (value: string) => [...Buffer.from(value)];
const transfer = (...payload: number[][]) =>
  `otpauth-migration://offline?data=${encodeURIComponent(Buffer.from(payload.flat()).toString("base64"))}`;
const entry = (name: string, algorithm: number, issuer = "Example") =>
  bytes(1, [
    ...bytes(1, text("12345678901234567890")),
    ...bytes(2, text(name)),
    ...bytes(3, text(issuer)),
    ...number(4, algorithm),
    ...number(5, 1),
    ...number(6, 2),
  ]);
const MD5 = 4;

describe("otp-core migrate: laws", () => {
  const names = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .filter((name) => /^[^\p{C}:\s]+$/u.test(name));
  const shared = {
    secret: fc.constant(SECRET),
    algorithm: fc.constantFrom("SHA1" as const, "SHA256" as const, "SHA512" as const),
    digits: fc.constantFrom(6, 8),
    issuer: names,
    account: names,
  };
  const key: fc.Arbitrary<Key> = fc.oneof(
    fc.record({ type: fc.constant("totp" as const), ...shared, period: fc.constant(30) }),
    fc.record({ type: fc.constant("hotp" as const), ...shared, counter: fc.maxSafeNat() }),
  );
  const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 25, selector: (key) => formatUri(key) });

  it("to Google and back, in any order of the QR codes, are the same URIs", async () => {
    await fc.assert(
      fc.asyncProperty(keys, fc.infiniteStream(fc.nat()), async (keys, shuffle) => {
        const uris = keys.map((key) => formatUri(key));
        const there = await scripted(["migrate", "--to-google", ...uris]);
        expect(there).toMatchObject({ exitCode: 0, warnings: "", output: lines(formatMigration(keys)) });
        const codes = there.output.trimEnd().split("\n");
        const order = codes.map((code) => ({ code, place: shuffle.next().value })).sort((a, b) => a.place - b.place);
        const input = [lines(order.map(({ code }) => code))];
        expect(await scripted(["migrate", "-"], { input })).toMatchObject({
          exitCode: 0,
          warnings: "",
          output: lines(uris),
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe("otp-core migrate", () => {
  it("prints a key URI for each account, however often and in whichever order the codes were scanned", () => {
    const keys = users(21);
    const [a = "", b = "", c = ""] = formatMigration(keys);
    const all = printed(lines(keys.map((key) => formatUri(key))));
    expect(otpCore(["migrate", c, a, b, a])).toEqual(all);
    expect(otpCore(["migrate", "-"], { input: `\n  ${b}\r\n${a}\n\n${c}` })).toEqual(all);
  });

  it("names what no key can express on standard error, prints the others, and ends with 1", () => {
    const uri = transfer(entry("alice", 1), entry("bob", MD5), entry("carol", 2));
    const run = otpCore(["migrate", uri]);
    const uris = [user("alice"), user("carol", { algorithm: "SHA256" })].map((key) => formatUri(key));
    expect(run).toEqual({
      status: 1,
      stdout: lines(uris),
      stderr: "skipped: Example:bob, because of its algorithm\n",
    });
  });

  it("--json prints all of it as one object", () => {
    const run = otpCore(["migrate", transfer(entry("alice", 1), entry("", MD5, ""), entry("bob", MD5)), "!", "--json"]);
    expect(JSON.parse(run.stdout)).toEqual({
      uris: [formatUri(user("alice"))],
      keys: [user("alice")],
      skipped: [
        { issuer: "", account: "", reason: "algorithm" },
        { issuer: "Example", account: "bob", reason: "algorithm" },
      ],
      unread: [{ uri: 2, reason: "it must be otpauth-migration://offline?data=..." }],
    });
    expect(run.stdout).toMatch(/^[^\n]+\n$/);
    expect(run.stderr).toContain("skipped: an account without a name, because of its algorithm\n");
    expect(run.status).toBe(1);
  });

  it("lets no name control the terminal, as text or as JSON (field F5)", async () => {
    const account = transfer(entry("\x1b[2J\x9b\n\u202ebob", MD5));
    expect((await scripted(["migrate", account])).warnings).toBe(
      "skipped: Example:[2J \\u202ebob, because of its algorithm\n",
    );
    const { output } = await scripted(["migrate", account, "--json"]);
    expect(output).toMatch(/^[ -~]+\n$/);
    expect(JSON.parse(output).skipped[0].account).toBe("[2J \u202ebob");
  });

  it("moves an account without a name, and one with an issuer alone (field D6)", async () => {
    const { output, exitCode } = await scripted(["migrate", transfer(entry("Heroku:", 1, ""), entry("", 1, ""))]);
    expect(exitCode).toBe(0);
    expect(output.split("\n")).toEqual([
      `otpauth://totp/Heroku?secret=${SECRET}&issuer=Heroku&algorithm=SHA1&digits=6&period=30`,
      `otpauth://totp/?secret=${SECRET}&algorithm=SHA1&digits=6&period=30`,
      "",
    ]);
    expect((await scripted(["migrate", "--to-google", ...output.trim().split("\n")])).exitCode).toBe(0);
  });

  it("moves a list that one bad line does not spoil, and names the line (field D5)", async () => {
    const good = [formatUri(user("alice")), formatUri(user("bob"))];
    const differs = `otpauth://totp/Shop:carol?secret=${SECRET}&issuer=Shop%20Ltd`;
    const bad = `otpauth://totp/Shop:dave?secret=${SECRET}&digits=x`;
    const run = await scripted(["migrate", "--to-google", "-"], {
      input: [lines([good[0] ?? "", differs, bad, good[1] ?? ""])],
    });
    expect(run.exitCode).toBe(1);
    expect(run.warnings).toBe("not read: URI 3: digits must be an integer from 6 to 10\n");
    expect(run.output).toBe(
      lines(formatMigration([user("alice"), user("carol", { issuer: "Shop Ltd" }), user("bob")])),
    );
    const back = await scripted(["migrate", "otpauth-migration://offline?data=%", ...run.output.trim().split("\n")]);
    expect(back.exitCode).toBe(1);
    expect(back.output.trim().split("\n")).toHaveLength(3);
  });

  it("reads the lines of a file, and texts with the prefix of zbarimg (field D9)", async () => {
    const uri = formatUri(user("alice"));
    const disk = { list: `QR-Code:${uri}\n\n` };
    const output = lines(formatMigration([user("alice")]));
    expect(await scripted(["migrate", "--to-google", "@list"], { disk })).toMatchObject({ output, exitCode: 0 });
    expect(await scripted(["migrate", "--to-google", `QR-Code:${uri}`])).toMatchObject({ output, exitCode: 0 });
  });

  it("says that a QR code of a transfer is missing, prints what is there, and ends with 1", () => {
    const keys = users(31);
    const [a = "", b = "", c = "", d = ""] = formatMigration(keys);
    const run = otpCore(["migrate", c, a]);
    expect(run.stdout.trimEnd().split("\n")).toHaveLength(20);
    expect(run.stderr).toBe("missing: a transfer has 4 QR codes, and only 1, 3 is here\n");
    expect(run.status).toBe(1);
    expect(otpCore(["migrate", a, b, c, d]).status).toBe(0);
    // Of two phones one is whole.
    const other = formatMigration([user("other")]);
    expect(otpCore(["migrate", ...other, d]).stderr).toBe("missing: a transfer has 4 QR codes, and only 4 is here\n");
  });

  it("--to-google makes transfers of key URIs, and names what the format has no words for", () => {
    const keys = [user("alice"), user("bob", { period: 60 }), user("carol", { digits: 7 }), user("dave")];
    const run = otpCore(["migrate", "--to-google", ...keys.map((key) => formatUri(key))]);
    expect(run).toEqual({
      status: 1,
      stdout: lines(formatMigration([user("alice"), user("dave")])),
      stderr: "skipped: Example:bob, because of its period\nskipped: Example:carol, because of its digits\n",
    });
    const { stdout } = otpCore(["migrate", "--to-google", "--json", ...keys.map((key) => formatUri(key))]);
    const { uris, keys: read, skipped } = JSON.parse(stdout);
    expect({ uris, read }).toEqual({ uris: run.stdout.trimEnd().split("\n"), read: keys });
    expect(skipped).toHaveLength(2);
  });

  it("--to-google with nothing to move prints nothing", () => {
    expect(otpCore(["migrate", "--to-google", formatUri(user("bob", { period: 60 }))])).toEqual({
      status: 1,
      stdout: "",
      stderr: "skipped: Example:bob, because of its period\n",
    });
  });

  it("names the place of what cannot be read, and nothing of its text", async () => {
    const good = transfer(entry("alice", 1));
    for (const [args, message] of [
      [[SECRET], "URI 1: it must be otpauth-migration://offline?data=..."],
      [[good, `otpauth-migration://offline?data=${SECRET}!`], "URI 2: data must be base64"],
      [[good, good, "otpauth-migration://offline?data=%"], "URI 3: data must be free of percent signs"],
      [[formatUri(user("alice"))], "URI 1: it is a key URI already; --to-google makes a transfer of it"],
      [["--to-google", good], "URI 1: it is a transfer already; without --to-google it becomes key URIs"],
      [["--to-google", SECRET], "URI 1: the URI must be otpauth://TYPE/LABEL?PARAMETERS"],
      [["--to-google", `otpauth://totp/a?secret=${SECRET}&digits=x`], "URI 1: digits must be an integer from 6 to 10"],
    ] as const) {
      const { exitCode, warnings, output } = await scripted(["migrate", ...args]);
      expect(exitCode).toBe(1);
      expect(warnings).toContain(`not read: ${message}`);
      expect(warnings).not.toContain(SECRET);
      expect(output).toBe(
        args.includes(good as never) && !args.includes("--to-google" as never) ? `${formatUri(user("alice"))}\n` : "",
      );
    }
  });

  it("without a URI, or with more than one list, is bad use", () => {
    const good = transfer(entry("alice", 1));
    for (const [args, message] of [
      [[], "no URI: pass URIs as arguments, or - to read them from standard input"],
      [["-"], "no URI: pass URIs as arguments, or - to read them from standard input"],
      [["-", good], "- and @FILE stand alone"],
      [[good, "-"], "- and @FILE stand alone"],
      [[good, "@a"], "- and @FILE stand alone"],
    ] as const) {
      expectBadUse(otpCore(["migrate", ...args]), message);
    }
    const input = "A\n".repeat(524_289);
    expectBadUse(otpCore(["migrate", "-"], { input }), "standard input is over 1048576 characters");
  });
});
