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
    const conflict = otpCore(["inspect", good.replace("issuer=Example", "issuer=Other&algorithm=SHA256")]);
    expect(conflict).toMatchObject({ status: 1, stderr: "" });
    expect(conflict.stdout).toMatch(
      /\nerror: issuer must be the same as in the label \[issuer-conflict\]\n {2}- Aegis/,
    );
    expect(conflict.stdout).toMatch(
      /\nwarning: [^\n]+ \[algorithm-ignored\]\n {2}- Google Authenticator \(Android\)\n/,
    );
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
    for (const input of [good, `${good}\n`, ` \t${good} \r\n`, `\ufeff${good}\nmore\n`]) {
      expect(otpCore(["inspect", "-"], { input })).toEqual(otpCore(["inspect", good]));
    }
    expect(otpCore(["inspect", `\n ${good}\n`])).toEqual(otpCore(["inspect", good]));
  });

  it("sends a transfer to otp-core migrate", () => {
    const [transfer = ""] = formatMigration([{ type: "totp", secret: SECRET, account: "alice" }]);
    expectBadUse(otpCore(["inspect", transfer]), "transfer of Google Authenticator, and otp-core migrate reads it");
    expectBadUse(otpCore(["inspect", "-"], { input: `${transfer}\n` }), "otp-core migrate");
  });

  it("missing, twice or endless is bad use", () => {
    expectBadUse(otpCore(["inspect"]), "the URI is missing: an argument, or - for standard input");
    expectBadUse(otpCore(["inspect", good, good]), "more arguments than URI; quote it");
    expectBadUse(otpCore(["inspect", "-"], { input: "A".repeat(65_537) }), "standard input is over 65536 characters");
    expect(otpCore(["inspect", "-"], { input: "A".repeat(65_536) }).status).toBe(1);
  });
});
