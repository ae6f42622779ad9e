// `otp-core uri`: the key URI of a secret, or of a new one.
import fc from "fast-check";
import { decodeBase32, formatUri, parseKey, parseUri } from "otp-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { expectBadUse, otpCore, printed, SECRET } from "../support/program.ts";
import { scripted } from "../support/scripted.ts";

const alice = ["--issuer", "Example", "--account", "alice"];
const plain = `otpauth://totp/Example:alice?secret=${SECRET}&issuer=Example&algorithm=SHA1&digits=6&period=30`;

describe("otp-core uri: laws", () => {
  const names = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
    .filter((name) => /^[^\p{C}:\s]+$/u.test(name) && !/^-\d/.test(name));
  const labels = fc.record({ issuer: names, account: names });
  const shared = { algorithm: fc.constantFrom("SHA1", "SHA256", "SHA512"), digits: fc.integer({ min: 6, max: 10 }) };
  const totpFields = fc.record({ ...shared, period: fc.integer({ min: 1, max: 86400 }), epoch: fc.nat() });
  const hotpFields = fc.record({ ...shared, counter: fc.maxSafeNat() });
  const options = (fields: object) => Object.entries(fields).map(([name, value]) => `--${name}=${value}`);

  it("prints what formatUri returns, and as JSON the key that is in it", async () => {
    const typed = fc.oneof(
      totpFields.map((fields) => ({ type: "totp", fields })),
      hotpFields.map((fields) => ({ type: "hotp", fields })),
    );
    await fc.assert(
      fc.asyncProperty(typed, labels, async ({ type, fields }, label) => {
        const args = ["uri", SECRET, ...options({ ...fields, ...label })];
        const key = parseKey({ type, secret: SECRET, ...fields, ...label });
        expect((await scripted(args)).output).toBe(`${formatUri(key)}\n`);
        const { uri, key: shown } = JSON.parse((await scripted([...args, "--json"])).output);
        expect(uri).toBe(formatUri(key));
        expect(shown).toEqual(parseUri(uri));
        expect(parseKey(shown)).toEqual(shown);
      }),
    );
  });
});

describe("otp-core uri", () => {
  it.each([
    { args: alice, uri: plain },
    { args: ["--account", "alice", "--issuer", "My Shop+"], uri: plain.replaceAll("Example", "My%20Shop%2B") },
    {
      args: [...alice, "--algorithm", "SHA256", "--digits=8", "--period=60", "--epoch=9"],
      uri: plain.replace("SHA1&digits=6&period=30", "SHA256&digits=8&period=60&epoch=9"),
    },
    { args: [...alice, "--steam"], uri: `${plain.replace("digits=6", "digits=5")}&encoder=steam` },
    { args: [...alice, "--counter", "7"], uri: plain.replace("totp", "hotp").replace("period=30", "counter=7") },
    { args: [...alice, "--image", "https://a.example/b.png"], uri: `${plain}&image=https%3A%2F%2Fa.example%2Fb.png` },
    { args: [...alice, "--apple"], uri: `apple-${plain}` },
    { args: [...alice, "--domain", "a.example"], uri: plain.replace("issuer=Example", "issuer=a.example") },
    {
      args: [...alice, "--apple", "--domain", "a.example"],
      uri: `apple-${plain.replace("issuer=Example", "issuer=a.example")}`,
    },
  ])("$args prints $uri", async ({ args, uri }) => {
    const { output, exitCode } = await scripted(["uri", SECRET, ...args]);
    expect({ output, exitCode }).toEqual({ output: `${uri}\n`, exitCode: 0 });
  });

  it("takes the secret from where the other commands take it, as people paste it", () => {
    const pasted = `${SECRET.slice(0, 8).toLowerCase()} ${SECRET.slice(8)} `;
    expect(otpCore(["uri", pasted, ...alice])).toEqual(printed(`${plain}\n`));
    expect(otpCore(["uri", "-", ...alice], { input: `${SECRET}\n` })).toEqual(printed(`${plain}\n`));
    expect(otpCore(["uri", ...alice], { env: { OTP_SECRET: SECRET } })).toEqual(printed(`${plain}\n`));
  });

  it("--json prints one object on one line, and the key has nothing of the URI alone", () => {
    const args = [
      "uri",
      SECRET,
      ...alice,
      "--apple",
      "--domain",
      "a.example",
      "--image",
      "https://a.example/",
      "--json",
    ];
    const { key } = JSON.parse(otpCore(args).stdout);
    const names = { issuer: "Example", account: "alice", domain: "a.example" };
    const rest = { algorithm: "SHA1", digits: 6, period: 30, ...names };
    expect(key).toEqual({ type: "totp", secret: SECRET, ...rest });
    expect(otpCore(args).stdout).toMatch(/^\{"uri":"[^\n]+\}\n$/);
  });

  it("says on standard error what apps read otherwise, and prints the URI all the same", () => {
    const run = otpCore(["uri", SECRET, ...alice, "--period", "60"]);
    expect(run.stdout).toBe(`${plain.replace("30", "60")}\n`);
    expect(run.stderr).toMatch(/^warning: [^\n]+ \[period-ignored\]\n( {2}- [^\n]+\n)+$/);
    expect(run.stderr).toContain("  - Microsoft Authenticator\n");
    expect(run.status).toBe(0);
    expect(otpCore(["uri", SECRET, "--account", "alice"]).stderr).toMatch(/\[missing-issuer\]\n$/);
    expect(otpCore(["uri", "JBSWY3DPEHPK3PXP", ...alice]).stderr).toMatch(/^warning: .*10 bytes.*\[weak-secret\]\n/);
  });

  it("takes a key URI in the place of the secret, and options for its names (field D9)", async () => {
    const given = `QR-Code:otpauth://totp/Example:alice?secret=${SECRET.toLowerCase()}&issuer=Example`;
    expect((await scripted(["uri", given])).output).toBe(`${plain}\n`);
    expect((await scripted(["uri", given, "--account", "bob"])).output).toBe(`${plain.replace("alice", "bob")}\n`);
    expect((await scripted(["uri", given, "--digits", "8"])).complaint).toBe("--digits makes no sense with a key URI");
    expect((await scripted(["uri", given, "-c", "8"])).complaint).toMatch(
      /^--counter makes no sense with a key URI of TOTP/,
    );
    const hotp = `otpauth://hotp/Example:alice?secret=${SECRET}&issuer=Example&counter=5`;
    expect((await scripted(["uri", hotp, "--counter", "7"])).output).toMatch(/&counter=7\n$/);
    expect((await scripted(["uri", hotp])).output).toMatch(/&counter=5\n$/);
  });

  it("takes a secret as hexadecimal", async () => {
    const hex = Buffer.from("12345678901234567890").toString("hex");
    for (const text of [hex, hex.toUpperCase(), `0x${hex}`, hex.replace(/../g, "$&:").slice(0, -1)]) {
      expect((await scripted(["uri", text, "--hex", ...alice])).output).toBe(`${plain}\n`);
    }
    expect((await scripted(["uri", "--new", "--hex", ...alice])).complaint).toBe("--hex makes no sense with --new");
  });

  describe("--new", () => {
    afterEach(() => vi.unstubAllGlobals());

    it("makes a new secret each time, as long as the digest (RFC 6238 section 5.1)", async () => {
      for (const [algorithm, bytes] of [
        ["SHA1", 20],
        ["SHA256", 32],
        ["SHA512", 64],
      ] as const) {
        const args = ["uri", "--new", ...alice, "--algorithm", algorithm, "--json"];
        const secrets = [await scripted(args), await scripted(args)].map(({ output }) => JSON.parse(output).key.secret);
        expect(secrets.map((secret) => decodeBase32(secret).length)).toEqual([bytes, bytes]);
        expect(secrets[0]).not.toBe(secrets[1]);
      }
    });

    it("wins over OTP_SECRET, and an argument in addition to it is bad use", () => {
      const run = otpCore(["uri", "--new", ...alice], { env: { OTP_SECRET: SECRET } });
      expect(run).toMatchObject({ status: 0, stderr: "" });
      expect(run.stdout).not.toContain(SECRET);
      expect(parseUri(run.stdout.trim())).toMatchObject({ type: "totp", issuer: "Example", account: "alice" });
      expectBadUse(otpCore(["uri", SECRET, "--new", ...alice]), "SECRET makes no sense with --new");
    });

    it("has to be asked for: a secret that is missing becomes no new one", () => {
      expectBadUse(otpCore(["uri", ...alice]), /secret is missing: .*OTP_SECRET, or --new\n/);
      expectBadUse(otpCore(["uri", "-", ...alice]), "the secret must be one byte or more");
      expectBadUse(otpCore(["uri", ...alice], { env: { OTP_SECRET: "" } }), "the secret must be one byte or more");
    });

    it("takes the generator of node:crypto where it is not a global, as on Node 18", async () => {
      vi.stubGlobal("crypto", undefined);
      expect((await scripted(["uri", "--new", ...alice])).exitCode).toBe(0);
    });
  });

  it("refuses what apps could not read back, in words of the command (trap 77)", () => {
    for (const [args, message] of [
      [[], "--account is required"],
      [["--account", ""], "--account must be text of 1 to 255 characters without a colon"],
      [["--account", "a:b"], "--account must be text"],
      [["--account", " a"], "--account must be text that does not begin with a space"],
      [["--account", "a", "--issuer", "b:c"], "--issuer must be text"],
      [["--account", "a", "--issuer", ""], "--issuer must be text"],
      [["--account", "a", "--image", "http://a.example"], "--image must be an https address"],
      [["--account", "a", "--image", `https://${"a".repeat(2048)}`], "the key must be short enough for a URI of 2048"],
      [["--account", "a", "--issuer", "b", "--domain", "b"], "--domain must be a domain name, like example.com"],
      [["--account", "a", "--domain", "a.b"], "--issuer must be given with a domain"],
      [["--account", "a", "--apple", "--counter", "0"], "--apple makes no sense with --counter"],
      [["--account", "a", "--period", "60", "--counter", "0"], "--period makes no sense with --counter"],
      [["--account", "a", "--steam", "--counter", "0"], "--steam makes no sense with --counter"],
      [["--account", "a", "more"], "more arguments than SECRET"],
    ] as const) {
      expectBadUse(otpCore(["uri", SECRET, ...args]), message);
    }
  });
});
