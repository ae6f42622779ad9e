// Agreement with two implementations of PSKC by others, wherever they are installed: `pskctool` of OATH Toolkit (it reads plain files
// and checks them against the schema of RFC 6030), and `pskc2csv` and `csv2pskc` of python-pskc (they decrypt and encrypt).
// Debian: `apt-get install pskctool pskc-utils`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeBase32, type Key } from "otp-core";
import { type ExportedKey, exportPskc, importCsv, importPskc } from "otp-core/tokens";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toHex } from "../support/vector-bytes.ts";

const installed = (program: string) => spawnSync(program, ["--version"]).status === 0;
const hasPskctool = installed("pskctool");
const hasPython = installed("pskc2csv") && installed("csv2pskc");
if (!hasPskctool) console.log("skipped: pskctool is not installed");
if (!hasPython) console.log("skipped: pskc2csv and csv2pskc (pskc-utils) are not installed");

it("both are installed, or this is not the continuous integration", () => {
  expect((hasPskctool && hasPython) || !process.env.CI).toBe(true);
});

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const hotp: Key = {
  type: "hotp",
  secret: SECRET,
  algorithm: "SHA1",
  digits: 8,
  counter: 42,
  issuer: "Example",
  account: "a & b",
};
const totp: Key = { type: "totp", secret: SECRET, algorithm: "SHA1", digits: 6, period: 60 };
const tokens: readonly ExportedKey[] = [
  { key: hotp, serial: "1001", manufacturer: "oath.UB", model: "<c>", startsAt: 1_700_000_000_000 },
  { key: totp, serial: "1002", drift: -4, expiresAt: 1_900_000_000_000 },
  { key: { ...totp, secret: `${SECRET}AA` } },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "otp-core-pskc-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function call(program: string, ...args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} -> ${status}: ${stderr}`);
  return stdout;
}

function save(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe.skipIf(!hasPskctool)("pskctool", () => {
  it("finds our files valid by the schema of RFC 6030 (PSKC 11)", async () => {
    expect(call("pskctool", "--validate", save("valid.pskcxml", await exportPskc(tokens)))).toContain("OK");
    const encrypted = await exportPskc(tokens, { preSharedKey: new Uint8Array(16).fill(1) });
    expect(call("pskctool", "--validate", save("encrypted.pskcxml", encrypted))).toContain("OK");
  });

  it("reads what we wrote", async () => {
    const said = call("pskctool", "--info", "--strict", save("plain.pskcxml", await exportPskc(tokens)));
    const facts = [
      ...["SerialNo: 1001", "Manufacturer: oath.UB", "Model: <c>", "Device StartDate: 2023-11-14 22:13:20"],
      ...["FriendlyName: a & b", "Issuer: Example", "Key Counter: 42", "Response Format Length: 8"],
      ...["Device ExpiryDate: 2030-03-17 17:46:40", "Key TimeInterval: 60"],
      // It prints the number without its sign: 2^32 - 4.
      "Key TimeDrift: 4294967292",
    ];
    for (const fact of facts) expect(said).toContain(fact);
    expect(said).toContain(`Key Secret (base64): ${Buffer.from(decodeBase32(SECRET)).toString("base64")}`);
  });
});

describe.skipIf(!hasPython)("python-pskc", () => {
  const columns = "serial,secret,counter,time_interval,time_drift,response_length,manufacturer";
  const KEY = new Uint8Array(16).fill(0x12);

  it.each([
    ["in clear", {}, []],
    ["under a key of 16 bytes", { preSharedKey: KEY }, ["--secret", toHex(KEY)]],
    ["under a key of 32 bytes", { preSharedKey: new Uint8Array(32).fill(7) }, ["--secret", "07".repeat(32)]],
    ["under a pass phrase", { passphrase: "pässword" }, ["--password", "pässword"]],
  ])("reads our files: %s", async (_, options, args) => {
    const file = save("ours.pskcxml", await exportPskc(tokens, options));
    const lines = call("pskc2csv", "--columns", columns, ...args, file)
      .trim()
      .split(/\r?\n/);
    expect(lines).toEqual([
      columns,
      `1001,${toHex(decodeBase32(SECRET))},42,,,8,oath.UB`,
      `1002,${toHex(decodeBase32(SECRET))},,60,-4,6,`,
      `,${toHex(decodeBase32(`${SECRET}AA`))},,60,,6,`,
    ]);
  });

  const csv = `serial,secret,time_interval,response_length\n1001,${toHex(decodeBase32(SECRET))},60,6\n`;

  it.each([
    ["in clear", {}, []],
    ["under a pre-shared key", { preSharedKey: KEY }, ["--secret", toHex(KEY)]],
    ["under a pass phrase", { passphrase: "qwerty" }, ["--password", "qwerty"]],
  ])("writes files that we read: %s", async (_, options, args) => {
    const set = ["--set", "algorithm=urn:ietf:params:xml:ns:keyprov:pskc:totp", "--set", "response_encoding=DECIMAL"];
    const text = call("csv2pskc", ...set, ...args, save("theirs.csv", csv));
    const { keys, skipped } = await importPskc(text, options);
    expect(skipped).toEqual([]);
    expect(keys).toMatchObject([{ key: totp, serial: "1001" }]);
  });

  it("writes CSV that we read", async () => {
    const file = save("ours.pskcxml", await exportPskc(tokens.slice(1, 2)));
    const header = "serial,secret,algorithm,response_length,time_interval,time_drift";
    for (const encoding of ["hex", "base32", "base64"]) {
      const text = call("pskc2csv", "--columns", header, "--secret-encoding", encoding, file);
      expect((await importCsv(text)).keys).toMatchObject([{ key: totp, serial: "1002", drift: -4 }]);
    }
  });
});
