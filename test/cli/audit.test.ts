// `otp-core audit`: which traps are in the secrets that another library stored.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createTotpKey, encodeBase32, formatUri, generateSecret } from "otp-core";
import { afterAll, describe, expect, it } from "vitest";
import { PUBLISHED } from "../../src/cli/audit/published.ts";
import { movingVectors } from "../support/moving-vectors.ts";
import { otpCore } from "../support/program.ts";
import { scripted } from "../support/scripted.ts";
import { drawSeed } from "../support/seed.ts";

interface Report {
  readonly entries: number;
  readonly empty: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly findings: readonly { finding: string; action: string; count: number; lines: number[]; text: string }[];
  readonly clean: number;
}

const audit = async (text: string, ...more: string[]) => {
  const run = await scripted(["audit", "-", "--json", ...more], { input: [text] });
  return { ...run, report: (run.output === "" ? null : JSON.parse(run.output)) as Report };
};
/** The names of what is found in one entry. */
const findingsIn = async (entry: string, ...more: string[]) =>
  (await audit(`${entry}\n`, ...more)).report.findings.map(({ finding }) => finding);

/** The same secret in each run: bytes that are neither text nor of seven bits. */
const bytes = (length: number) => createHash("sha512").update("audit").digest().subarray(0, length);
const GOOD = encodeBase32(bytes(20));

describe("the traps", () => {
  const hex = bytes(20).toString("hex");
  const uri = (more: string) => `otpauth://totp/Shop:alice?secret=${GOOD}&issuer=Shop${more}`;
  const cases: readonly [what: string, entry: string, findings: readonly string[], options?: readonly string[]][] = [
    ["a good secret", GOOD, []],
    ["a good key URI", uri(""), []],
    ["a good key as JSON", JSON.stringify({ type: "totp", secret: GOOD }), []],
    ["a secret as JSON text", JSON.stringify(GOOD), []],
    ["letters of speakeasy", "Dz?}Vb(Q1:XrEw4PjGq7)sKm!cA2^L$f", ["text"]],
    ["letters that begin with a brace", '{z?}Vb(Q1:XrEw4PjGq7"', ["text"]],
    ["a short text", "kept!", ["text", "too-short"]],
    ["words", "kept secret of a user", ["text"]],
    ["letters and digits in both cases", "Dz8VbQ1XrEw4PjGq7sKmcA2L", ["text"]],
    ["letters in both cases that are base32 too", "DzVbQXrEwPjGqsKmcALDDzVb", ["weak", "maybe-text"]],
    ["text that is not ASCII", "clé très secrète № 1", ["text"]],
    ["hexadecimal", hex, ["hexadecimal"]],
    [
      "hexadecimal in groups",
      hex
        .toUpperCase()
        .replace(/(.{4})/g, "$1 ")
        .trim(),
      ["hexadecimal"],
    ],
    ["few bytes in hexadecimal", "31a2333435363708", ["hexadecimal", "too-short"]],
    ["hexadecimal that is base32 too", "2a3b4c5d6e7f2a3b4c5d6e7f", ["weak", "maybe-hexadecimal", "lower-case"]],
    ["base64", bytes(20).toString("base64"), ["base64"]],
    ["spare bits", `${GOOD.slice(0, -7)}7`, ["spare-bits"]],
    ["an impossible length", GOOD.slice(0, -7), ["spare-bits"]],
    ["0 and 1 in base32", `0${GOOD.slice(1, -1)}1`, ["lookalikes"]],
    ["bytes in a column of text", "k\u0001\u0000\ufffdz", ["unreadable"]],
    ["spaces in base32", `${GOOD.slice(0, 16)} ${GOOD.slice(16)}`, ["separators"]],
    ["lower case", GOOD.toLowerCase(), ["lower-case"]],
    ["padding", `${encodeBase32(bytes(16))}======`, ["padding"]],
    ["ten bytes", encodeBase32(bytes(10)), ["weak"]],
    ["nine bytes", encodeBase32(bytes(9)), ["too-short"]],
    ["seven bits, as otplib 12 makes them", encodeBase32(bytes(20).map((byte) => byte & 0x7f)), ["seven-bits"]],
    ["characters, as speakeasy makes them", encodeBase32(Buffer.from("Dz?}Vb(Q1:XrEw4PjGq7")), ["ascii-bytes"]],
    ["a few bytes for SHA-256", encodeBase32(bytes(15)), ["weak", "repeated"], ["--algorithm", "sha256"]],
    ["20 bytes for SHA-512", GOOD, ["repeated"], ["--algorithm", "SHA-512"]],
    ["the secret of the RFCs", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", ["published", "ascii-bytes"]],
    ["the secret of the RFCs as text", "12345678901234567890", ["text", "published"].sort().reverse()],
    ["one byte again and again", encodeBase32(new Uint8Array(20).fill(0xee)), ["predictable"]],
    ["SHA-256", uri("&algorithm=SHA256"), ["algorithm-ignored"]],
    ["8 digits and 60 seconds", uri("&digits=8&period=60"), ["digits-ignored", "period-ignored"]],
    ["a JSON key of 8 digits", JSON.stringify({ type: "totp", secret: GOOD, digits: 8 }), ["digits-ignored"]],
    ["JSON without a type", JSON.stringify({ secret: GOOD }), ["invalid-key"]],
    ["JSON without a secret", "{}", ["invalid-key"]],
    ["JSON whose secret is hexadecimal", JSON.stringify({ type: "totp", secret: hex }), ["hexadecimal", "invalid-key"]],
    ["a transfer", "otpauth-migration://offline?data=AAAA", ["transfer"]],
    ["a URI without a secret", "otpauth://totp/Shop:alice?issuer=Shop", ["unreadable-uri", "uri-missing-secret"]],
    ["a URI without an issuer", `otpauth://totp/alice?secret=${GOOD}`, ["uri-missing-issuer"]],
    ["a URI with a padded secret", uri("").replace("&", "%3D&"), ["padding"]],
    ["a long counter", `otpauth://hotp/a:b?secret=${GOOD}&issuer=a&counter=${2 ** 31}`, ["uri-counter-too-large"]],
  ];

  it.each(cases)("%s", async (_, entry, findings, options = []) => {
    expect([...(await findingsIn(entry, ...options))].sort()).toEqual([...findings].sort());
  });

  it("are in what the old libraries were asked for (vectors)", async () => {
    const expected = new Map([
      [
        "base32",
        /^(published|weak|lower-case|separators|too-short|spare-bits|ascii-bytes|repeated|padding|seven-bits)$/,
      ],
      ["hex", /^(hexadecimal|published)$/],
      ["base64", /^(base64|published)$/],
      // Base32 that was never decoded looks like base32 that was, and hexadecimal of ten digits could be a text.
      ["ascii", /^(text|too-short|weak|published|ascii-bytes|hexadecimal)$/],
      ["utf8", /^(text|too-short|weak|published|ascii-bytes|hexadecimal)$/],
      ["latin1", /^text$/],
    ]);
    for (const library of ["otplib-12", "speakeasy", "otpauth", "notp"]) {
      for (const { secret, format } of movingVectors(library).totp) {
        for (const finding of await findingsIn(secret)) expect(finding).toMatch(expected.get(format) ?? /^$/);
      }
    }
  });

  it("include every published secret, in any spelling", async () => {
    for (const secret of PUBLISHED) {
      expect(await findingsIn(secret.toLowerCase())).toContain("published");
    }
    for (const length of [10, 20, 32, 64]) {
      const text = "1234567890".repeat(7).slice(0, length);
      expect(await findingsIn(encodeBase32(Buffer.from(text)))).toContain("published");
    }
  });

  it("are not in new keys of this library", async () => {
    const keys = Array.from({ length: 50 }, () => createTotpKey({ issuer: "Shop", account: "alice" }));
    const lines = keys.flatMap((key) => [formatUri(key), ""]);
    const { report, exitCode } = await audit(lines.join("\n"));
    expect(report).toMatchObject({ findings: [], clean: 50, kinds: { uri: 50 } });
    expect(exitCode).toBe(0);
  });
});

describe("the report", () => {
  const lines = [GOOD, "kept secret of a user", "", GOOD.toLowerCase(), ...Array(10).fill("0123456789abcdef0123")];

  it("counts, names the lines, and puts first what has to be done first", async () => {
    const { report, exitCode } = await audit(lines.join("\r\n"));
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({ entries: 14, empty: 1, kinds: { secret: 13, uri: 0, json: 0 }, clean: 1 });
    expect(report.findings.map(({ action, finding, count }) => [action, finding, count])).toEqual([
      ["convert", "text", 1],
      ["convert", "hexadecimal", 10],
      ["enrol again", "duplicate", 10],
      ["check", "weak", 10],
      ["keep", "lower-case", 1],
    ]);
    // The other spelling of a secret is the same secret.
    expect(report.findings[2]?.lines).toEqual([4, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it("is text for people, in which long lists of lines are cut", async () => {
    const { output } = await scripted(["audit", "-"], { input: [lines.join("\n")] });
    expect(output).toMatch(/^13 secrets, 0 key URIs, 0 lines of JSON, 1 empty\n/);
    expect(output).toContain("\nconvert: 10 x hexadecimal\n");
    expect(output).toContain("\n  lines 5, 6, 7, 8, 9, 10, 11, 12 and 2 more\n");
    expect(output).toContain("\nconvert: 1 x text\n");
    expect(output).toContain("\n  line 2\n");
    expect(output).toContain("\nNo change needed: 1 of 13.\n");
    for (const line of output.split("\n")) expect(line.length).toBeLessThanOrEqual(78);
  });

  it("holds no secret and no account, whatever the entries are", async () => {
    const seed = drawSeed();
    const anyEntry = fc.oneof(
      fc.stringMatching(/^[A-Z2-7]{12,40}$/),
      fc.stringMatching(/^[!-~]{12,40}$/),
      fc.stringMatching(/^[\da-f]{12,40}$/),
      fc.string({ unit: "grapheme", minLength: 12 }),
      fc.stringMatching(/^[A-Z2-7]{16,32}$/).map((secret) => `otpauth://totp/Shop:Konfidential?secret=${secret}`),
      fc
        .stringMatching(/^[A-Z2-7]{16,32}$/)
        .map((secret) => JSON.stringify({ type: "totp", secret, account: "Konfidential" })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyEntry, { minLength: 1, maxLength: 8 }), async (entries) => {
        for (const more of [[], ["--json"]]) {
          const { output, warnings, complaint } = await scripted(["audit", "-", ...more], {
            input: [entries.join("\n")],
          });
          const all = output + warnings + (complaint ?? "");
          expect(all).not.toContain("Konfidential");
          for (const entry of entries) {
            const secret = /secret(?:=|":")([A-Z2-7]+)/.exec(entry)?.[1] ?? entry.trim();
            if (secret.length >= 12) expect(all).not.toContain(secret);
          }
        }
      }),
      { seed, numRuns: 100 },
    );
  });
});

describe("the entries", () => {
  const csv = `\ufeffid,"otp_secret",note\r\n1,${GOOD},"a, b"\r\n2,"kept ""secret"", too","two\r\nlines"\r\n3,,\r\n4,"${GOOD}",x\r\n`;

  it("are a column of a CSV file, by name or by number", async () => {
    for (const column of ["otp_secret", "2"]) {
      const { report } = await audit(csv, "--column", column);
      expect(report).toMatchObject({ entries: 4, empty: 1 });
      expect(report.findings.map(({ finding, lines }) => [finding, lines])).toEqual([
        ["text", [3]],
        ["duplicate", [6]],
      ]);
    }
    for (const separator of [";", "\t"]) {
      const { report } = await audit(`id${separator}key\n7${separator}kept secret text\n`, "--column", "key");
      expect(report.findings).toMatchObject([{ finding: "text", lines: [2] }]);
    }
    expect((await audit(`7,${GOOD}\n`, "--column", "2")).report).toMatchObject({ entries: 1, findings: [] });
  });

  it("are lines, without a header and without the end of the last one", async () => {
    expect((await audit(`otp_secret\n${GOOD}\n`)).report).toMatchObject({ entries: 1, findings: [] });
    expect((await audit(GOOD)).report).toMatchObject({ entries: 1, findings: [] });
    expect((await audit(`a,b c d e f g h i\n,k,l;m n o p q r s t\n`)).report.findings).toMatchObject([
      { finding: "text", count: 2 },
    ]);
  });

  it.each([
    "twoFactorSecret",
    "totpSecret",
    "otpSecrets",
    "mySecret",
    "mfaSeed",
    "totp2Key",
    "otpauthUrl",
    "otpUri",
    "otpURL",
  ])("have a header in camel case: %s", async (name) => {
    expect((await audit(`${name}\n${GOOD}\n`)).report).toMatchObject({ entries: 1, findings: [] });
    const table = `userId,${name}\n1,${GOOD}\n`;
    expect((await audit(table, "--column", "2")).report).toMatchObject({ entries: 1, findings: [] });
    expect((await audit(table, "--column", name)).report).toMatchObject({ entries: 1, findings: [] });
    expect((await audit(`${name},note of many, words\n${GOOD}\n`)).complaint).toMatch(/^the file has 3 columns/);
  });

  it.each(["kept secret", "aK3SecretKey", "XyzSecret", "rNONHRni6BAk7y2TiKeY"])("are no header: %s", async (text) => {
    expect((await audit(`${text}\n${GOOD}\n`)).report).toMatchObject({ entries: 2 });
  });

  it("are never cut: a table without --column and a row of another length are refused", async () => {
    expect((await audit(csv)).complaint).toBe("the file has 3 columns; --column names the one with the secrets");
    expect((await audit(`1,${GOOD}\n2,${GOOD}\n`)).complaint).toMatch(/^the file has 2 columns/);
    const uneven = await audit("id,key\n1,kept, secret\n", "--column", "key");
    expect(uneven.complaint).toBe("line 2 has 3 columns, and the first has 2");
    expect((await audit(csv, "--column", "secret")).complaint).toBe("the first line has no such --column");
    expect((await audit(csv, "--column", "4")).complaint).toBe("the first line has no such --column");
  });

  it("are there, and in one file", async () => {
    expect((await audit("")).complaint).toBe("FILE has no entry");
    expect((await scripted(["audit"])).complaint).toMatch(/^FILE is missing/);
    expect((await scripted(["audit", "a", "b"])).complaint).toMatch(/^there are more arguments/);
    expect((await scripted(["audit", "a"])).complaint).toBe("FILE cannot be read");
    expect((await audit(GOOD, "--algorithm", "md5")).complaint).toMatch(/^--algorithm must be/);
  });

  it("are many: the time grows with their number", async () => {
    const entries = Array.from({ length: 20_000 }, () => generateSecret());
    expect((await audit(entries.join("\n"))).report).toMatchObject({ clean: 20_000 });
    const rows = entries.map((entry) => `"${entry}","x"`);
    expect((await audit(`key,x\n${rows.join("\n")}`, "--column", "key")).report).toMatchObject({ clean: 20_000 });
  });
});

describe("the built command", () => {
  const folder = mkdtempSync(join(tmpdir(), "otp-core-audit-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("reads a file or standard input, and its exit code says whether something has to be done", () => {
    const file = join(folder, "secrets.csv");
    writeFileSync(file, `id,secret\n1,${GOOD}\n`);
    const good = otpCore(["audit", file, "--column", "secret"]);
    expect(good).toMatchObject({ status: 0, stderr: "" });
    expect(good.stdout).toContain("No change needed: 1 of 1.");
    const bad = otpCore(["audit", "-"], { input: "kept secret of a user\n" });
    expect(bad).toMatchObject({ status: 1, stderr: "" });
    expect(bad.stdout).toContain("convert: 1 x text");
    expect(bad.stdout).not.toContain("kept secret");
    expect(otpCore(["audit", join(folder, "missing")])).toEqual({
      status: 2,
      stdout: "",
      stderr: "otp-core: FILE cannot be read\n",
    });
    expect(otpCore(["audit", "--help"]).stdout).toMatch(/^otp-core audit FILE/);
    expect(otpCore([]).stdout).toContain("otp-core audit FILE");
  });
});
