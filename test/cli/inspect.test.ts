// `otp-core inspect`: what a key URI holds, and which apps read it otherwise.
import fc from "fast-check";
import { formatMigration, inspectUri } from "otp-core";
import { describe, expect, it } from "vitest";
import { expectBadUse, otpCore, printed, SECRET } from "../support/program.ts";
import { scripted } from "../support/scripted.ts";

const good = `otpauth://totp/Example:alice?secret=${SECRET}&issuer=Example`;

describe("otp-core inspect: laws", () => {
  const parameter = fc.constantFrom(
    "issuer=Example",
    "issuer=b+c",
    "algorithm=SHA256",
    "algorithm=MD5",
    "digits=8",
    "period=0",
    "counter=1",
    "image=x",
    "%",
    "a=b",
  );
  const uris = fc.array(parameter).map((more) => [good, ...more].join("&"));
  const texts = fc.oneof(
    uris,
    fc.string({ unit: "binary" }).filter((text) => text !== "-" && !/^-\d/.test(text)),
  );

  it("says as JSON what inspectUri says without the secret, and 1 exactly for errors", async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const report = inspectUri(text.trim());
        const { output, exitCode } = await scripted(["inspect", "--json", "--", text]);
        const { secret, ...key } = report.key ?? {};
        expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify({ ...report, key: report.key && key })));
        expect(exitCode).toBe(report.problems.some(({ severity }) => severity === "error") ? 1 : 0);
        expect(output).not.toContain(SECRET);
        const whole = await scripted(["inspect", "--json", "--show-secret", "--", text]);
        expect(JSON.parse(whole.output).key?.secret).toBe(secret);
      }),
    );
  });

  it("names for people every problem and every app, and never the secret unless asked", async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const { ok, problems } = inspectUri(text.trim());
        const { output } = await scripted(["inspect", "--", text]);
        for (const { severity, message, code, apps } of problems) {
          const lines = [`${severity}: ${message} [${code}]`, ...apps.map((app) => `  - ${app}`)];
          expect(output).toContain(`${lines.join("\n")}\n`);
        }
        expect(output.match(/^(error|warning): /gm)?.length ?? 0).toBe(problems.length);
        expect(output).not.toContain(SECRET);
        expect((await scripted(["inspect", "--show-secret", "--", text])).output.includes(SECRET)).toBe(ok);
      }),
    );
  });
});

describe("otp-core inspect", () => {
  it("shows what the URI holds, and that all is well", () => {
    const shown =
      "type       totp\nissuer     Example\naccount    alice\nalgorithm  SHA1\ndigits     6\nperiod     30\n";
    expect(otpCore(["inspect", good])).toEqual(printed(`${shown}secret     20 bytes, not shown\n\nNo problems.\n`));
    expect(otpCore(["inspect", good, "--show-secret"]).stdout).toContain(`secret     ${SECRET}\n`);
  });

  it("says what is wrong and who reads it otherwise, and ends with 1 for an error", () => {
    const differs = otpCore(["inspect", good.replace("issuer=Example", "issuer=Other&algorithm=SHA256")]);
    expect(differs).toMatchObject({ status: 0, stderr: "" });
    expect(differs.stdout).toMatch(/\nwarning: [^\n]+ \[issuer-differs\]\n {2}- Aegis/);
    expect(otpCore(["inspect", good.replace("alice", "a:b")])).toMatchObject({ status: 1, stderr: "" });
    expect(differs.stdout).toMatch(/\nwarning: [^\n]+ \[algorithm-ignored\]\n {2}- Google Authenticator \(Android\)\n/);
    expect(otpCore(["inspect", "https://a.example"])).toEqual(
      printed("error: the URI must be otpauth://TYPE/LABEL?PARAMETERS [not-a-key-uri]\n", 1),
    );
  });

  it("shows parameters that no key has as what they are, whatever their names", () => {
    const { stdout } = otpCore(["inspect", `${good}&type=hotp&image=https%3A%2F%2Fa.example`]);
    expect(stdout).toMatch(/^type {7}totp\n/);
    expect(stdout).toContain("\nextra      type=hotp\nextra      image=https://a.example\n");
  });

  it("takes the URI from standard input, pasted with space around it", () => {
    for (const input of [good, `${good}\n`, ` \t${good} \r\n`, `\ufeff${good}\n\n`, `QR-Code:${good}\n`]) {
      expect(otpCore(["inspect", "-"], { input })).toEqual(otpCore(["inspect", good]));
    }
    expect(otpCore(["inspect", `\n ${good}\n`])).toEqual(otpCore(["inspect", good]));
  });

  it("never cuts its input: of two URIs it inspects neither (field D3)", () => {
    expectBadUse(otpCore(["inspect", "-"], { input: `${good}\n${good}\n` }), "the input has 2 lines");
  });

  it("reads a file, and a text with the prefix of zbarimg (field D9)", async () => {
    const disk = { "a.txt": `QR-Code:${good}\n` };
    const { output } = await scripted(["inspect", good]);
    expect(await scripted(["inspect", "@a.txt"], { disk })).toMatchObject({ output, exitCode: 0 });
    expect(await scripted(["inspect", `QR-Code:${good}`])).toMatchObject({ output, exitCode: 0 });
    expect((await scripted(["inspect", "@b.txt"], { disk })).complaint).toBe("the file behind @ cannot be read");
  });

  it("lets no name control the terminal: controls and marks of direction are escaped (field F5)", async () => {
    const uri = `otpauth://totp/a%E2%80%AEb:c%9B?secret=${SECRET}&issuer=a%E2%80%AEb&x=%C2%9B`;
    for (const more of [[], ["--json"]]) {
      const { output } = await scripted(["inspect", uri, ...more]);
      expect(output).toContain("a\\u202eb");
      expect(output.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    }
    const { output } = await scripted(["inspect", uri, "--json"]);
    expect(JSON.parse(output).key.issuer).toBe("a\u202eb");
  });

  it("sends a transfer to otp-core migrate", () => {
    const [transfer = ""] = formatMigration([{ type: "totp", secret: SECRET, account: "alice" }]);
    expectBadUse(otpCore(["inspect", transfer]), "transfer of Google Authenticator, and otp-core migrate reads it");
    expectBadUse(otpCore(["inspect", "-"], { input: `${transfer}\n` }), "otp-core migrate");
  });

  it("missing, twice or endless is bad use", () => {
    expectBadUse(otpCore(["inspect"]), "the URI is missing: an argument, - for standard input, or @FILE");
    expectBadUse(otpCore(["inspect", good, good]), "more arguments than URI; quote it");
    expectBadUse(otpCore(["inspect", "-"], { input: "A".repeat(65_537) }), "standard input is over 65536 characters");
    expect(otpCore(["inspect", "-"], { input: "A".repeat(65_536) }).status).toBe(1);
  });
});
