// `otp-core import`: seed files to JSON lines or key URIs.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatUri } from "otp-core";
import { exportPskc, importCsv } from "otp-core/tokens";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectBadUse, otpCore, printed, SECRET } from "../support/program.ts";
import { container, DIGITS, keyPackage, PROFILE } from "../support/pskc-file.ts";
import { scripted } from "../support/scripted.ts";

const CSV = `serial number,secret key,time interval\n1001,${SECRET},60\n1002,${SECRET},30\n`;
const key = { type: "totp", secret: SECRET, algorithm: "SHA1", digits: 6, period: 60 } as const;
const given = (input: string, env: Readonly<Record<string, string>> = {}) => ({ input: [input], env });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "otp-core-import-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("otp-core import", () => {
  it("prints the keys of a file as JSON lines", async () => {
    const file = join(folder, "seeds.csv");
    writeFileSync(file, CSV);
    const { keys } = await importCsv(CSV);
    const lines = keys.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    expect(JSON.parse(lines.split("\n")[0] as string)).toMatchObject({ key, serial: "1001" });
    expect(otpCore(["import", file])).toEqual(printed(lines));
    expect(otpCore(["import", "-"], { input: CSV })).toEqual(printed(lines));
  });

  it("prints key URIs, and names a key without an account after its serial number", async () => {
    const file = await exportPskc([
      { key: { ...key, issuer: "Example", account: "alice" }, serial: "7" },
      { key, serial: "8" },
    ]);
    const uris = [formatUri({ ...key, issuer: "Example", account: "alice" }), formatUri({ ...key, account: "8" })];
    const run = await scripted(["import", "--uri", "-"], given(file));
    expect(run).toMatchObject({ exitCode: 0, warnings: "", output: `${uris[0]}\n${uris[1]}\n` });
  });

  it("prints OCRA secrets as JSON, and names them when key URIs are asked for", async () => {
    const suite = "OCRA-1:HOTP-SHA1-6:QN08";
    const file = container(
      keyPackage({ algorithm: `${PROFILE}ocra`, parameters: `<Suite>${suite}</Suite>${DIGITS}` }),
      keyPackage(),
    );
    const [, ocra] = (await scripted(["import", "-"], given(file))).output.trim().split("\n");
    expect(JSON.parse(ocra as string)).toEqual({
      suite,
      secret: SECRET,
      counter: null,
      serial: "1001",
      manufacturer: null,
    });
    expect(await scripted(["import", "-", "--uri"], given(file))).toMatchObject({
      exitCode: 1,
      output: `${formatUri({ type: "hotp", secret: SECRET, algorithm: "SHA1", digits: 6, counter: 0, account: "1001" })}\n`,
      warnings: "skipped: the OCRA secret (serial number 1001), which has no key URI\n",
    });
  });

  it("names what cannot be read, and prints the rest", async () => {
    const file = `${CSV}1003,?,30\n\n"x\n\u001b[31m\u202e,?,30\n`;
    const run = await scripted(["import", "-"], given(file));
    expect(run.exitCode).toBe(1);
    expect(run.output.trim().split("\n")).toHaveLength(2);
    expect(run.warnings).toBe(
      "skipped: line 4 (serial number 1003), because of its secret\n" +
        "skipped: line 6, because of its columns\n" +
        "skipped: line 7 (serial number \ufffd[31m\ufffd), because of its secret\n",
    );
    const broken = container(keyPackage(), keyPackage({ data: "" }));
    expect((await scripted(["import", "-"], given(broken))).warnings).toBe(
      "skipped: package 2 (serial number 1001), because of its secret\n",
    );
  });

  it("names a key that no key URI can carry, and prints one without any name", async () => {
    const file = await exportPskc([{ key }, { key, serial: "a:b" }]);
    expect(await scripted(["import", "--uri", "-"], given(file))).toMatchObject({
      exitCode: 1,
      output: `${formatUri(key)}\n`,
      warnings: "skipped: the key (serial number a:b), because of its account\n",
    });
  });

  it("opens an encrypted file with a key or a pass phrase from the environment", async () => {
    const preSharedKey = new Uint8Array(16).fill(0xab);
    const file = await exportPskc([{ key, serial: "7" }], { preSharedKey });
    const env = { OTP_PRE_SHARED_KEY: "aB".repeat(16) };
    const run = await scripted(["import", "-"], given(file, env));
    expect(JSON.parse(run.output)).toMatchObject({ key, serial: "7" });
    const other = await scripted(["import", "-"], given(file, { OTP_PRE_SHARED_KEY: "ac".repeat(16) }));
    expect(other).toMatchObject({ exitCode: 2, output: "", complaint: "FILE must be encrypted with this key" });
    const none = await scripted(["import", "-"], given(file, { OTP_PASSPHRASE: "x" }));
    expect(none.complaint).toMatch("OTP_PRE_SHARED_KEY must be given");
  });

  it("refuses bad use", () => {
    expectBadUse(otpCore(["import"]), "FILE is missing");
    expectBadUse(otpCore(["import", "a", "b"]), "more arguments");
    expectBadUse(otpCore(["import", join(folder, "missing.csv")]), "FILE cannot be read");
    expectBadUse(otpCore(["import", "-"], { input: "hello" }), "CSV");
    expectBadUse(otpCore(["import", "-"], { input: "<html></html>" }), "PSKC");
    const env = { OTP_PRE_SHARED_KEY: "7g".repeat(16) };
    expectBadUse(otpCore(["import", "-"], { input: container(), env }), "32 or 64 hexadecimal digits");
  });
});
