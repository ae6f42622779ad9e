// URIs of ours in the hands of others: pyotp, KeePassXC and OATH Toolkit read them, and show our codes. Wherever they are installed
// (Debian: `apt-get install python3-pyotp keepassxc oathtool`).
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { encodeBase32, formatUri, hotp, type Key, type TotpKey, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { algorithms } from "../support/arbitrary-keys.ts";
import { SECRET } from "../support/uris.ts";

const PYTHON = "/usr/bin/python3";
// KeePassXC would open windows.
const ENV = { ...process.env, QT_QPA_PLATFORM: "offscreen" };
const answers = (command: string, ...args: string[]) => spawnSync(command, args, { env: ENV }).status === 0;
const INSTALLED = {
  pyotp: answers(PYTHON, "-c", "import pyotp"),
  KeePassXC: answers("keepassxc-cli", "--version"),
  oathtool: answers("oathtool", "--version"),
};
for (const [name, installed] of Object.entries(INSTALLED))
  if (!installed) console.log(`skipped: ${name} is not installed`);

it.each(Object.entries(INSTALLED))("%s is installed, or this is not the continuous integration", (_, installed) => {
  expect(installed || !process.env.CI).toBe(true);
});

const lengths = fc.constantFrom(6, 7, 8);
const secrets = fc.uint8Array({ minLength: 10, maxLength: 64 }).map(encodeBase32);

/** The answer of a program that has been given something to read. */
function run(command: string, args: readonly string[], input: string): string {
  const { stdout, stderr, status } = spawnSync(command, args, { input, env: ENV, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} -> ${status}: ${stderr}`);
  return stdout;
}

describe.skipIf(!INSTALLED.pyotp)("pyotp", () => {
  // It takes the escapes away before it takes the URI apart, so a name with a delimiter is lost on it, however it is escaped.
  const names = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .map((text) => text.replace(/[^\p{L}\p{N}\p{Emoji}' .,_~@$-]|[#*]/gu, "").normalize("NFKC"))
    .map((text) => `My ${text.replace(/[^\p{L}\p{N}\p{Emoji}' .,_~@$-]/gu, "")}x`);
  const common = { secret: secrets, account: names, issuer: names, algorithm: algorithms, digits: lengths };
  const keys: fc.Arbitrary<Key> = fc.oneof(
    fc.record({ type: fc.constant("totp" as const), ...common, period: fc.integer({ min: 1, max: 86_400 }) }),
    fc.record({ type: fc.constant("hotp" as const), ...common, counter: fc.nat({ max: 2 ** 31 }) }),
  );

  it("reads our names and shows our codes, for every algorithm, 6 to 8 digits and any period", () => {
    const pairs = fc.sample(fc.tuple(keys, fc.nat({ max: 4_000_000_000 })), 300);
    const input = pairs.map(([key, seconds]) => [formatUri(key), key.type === "hotp" ? 0 : seconds]);
    const read = JSON.parse(
      run(PYTHON, [fileURLToPath(new URL("../support/read-with-pyotp.py", import.meta.url))], JSON.stringify(input)),
    );
    const expected = pairs.map(([key, seconds]) => ({
      account: key.account,
      issuer: key.issuer,
      code: key.type === "hotp" ? hotp(key, key.counter ?? 0) : totp(key, { now: seconds * 1000 }),
    }));
    expect(read).toEqual(expected);
  });
});

describe.skipIf(!INSTALLED.oathtool)("oathtool", () => {
  it("reads the secret of our URIs and shows our codes", () => {
    const law = fc.property(
      secrets,
      algorithms,
      lengths,
      fc.nat({ max: 4_000_000_000 }),
      (base32, algorithm, digits, seconds) => {
        const key = { type: "totp", secret: base32, account: "alice", algorithm, digits } as const;
        const secret = /[?&]secret=([^&]*)/.exec(formatUri(key))?.[1];
        const now = new Date(seconds * 1000).toISOString().replace(/T(.*)\.000Z/, " $1 UTC");
        const args = [`--totp=${algorithm.toLowerCase()}`, "--base32", `--digits=${digits}`, `--now=${now}`, "-"];
        expect(run("oathtool", args, `${secret}\n`).trim()).toBe(totp(key, { now: seconds * 1000 }));
      },
    );
    fc.assert(law, { numRuns: 40 });
  });
});

describe.skipIf(!INSTALLED.KeePassXC)("KeePassXC", () => {
  const key = { type: "totp", secret: SECRET, issuer: "My Shop & Söhne", account: "alice+tag@example.com" } as const;
  const keys: readonly TotpKey[] = [
    key,
    { ...key, digits: 8 },
    { ...key, algorithm: "SHA256" },
    { ...key, algorithm: "SHA512", digits: 8 },
    { ...key, algorithm: "SHA256", digits: 8, period: 60 },
    // Version 2.7.4 takes every longer one for 60 seconds.
    { ...key, period: 15 },
    { ...key, encoder: "steam" },
    { ...key, secret: "GEZDGNBVGY3TQOJQGE", account: "例え 🔐", issuer: "100% <\"'>" },
  ];

  it("shows our codes, for every algorithm, 6 and 8 digits, other periods and Steam Guard", () => {
    const folder = mkdtempSync(join(tmpdir(), "otp-core-"));
    try {
      const [xml, database] = [join(folder, "keys.xml"), join(folder, "keys.kdbx")];
      writeFileSync(xml, document(keys.map((each) => formatUri(each))));
      run(
        "keepassxc-cli",
        ["import", "--quiet", "--set-password", "--decryption-time", "100", xml, database],
        "x\nx\n",
      );
      for (const [i, each] of keys.entries()) {
        // It knows no time but now. A step may end while it works, so its code is that of before or after.
        const before = totp(each);
        const shown = run("keepassxc-cli", ["show", "--quiet", "--totp", database, `key${i}`], "x\n").trim();
        expect([before, totp(each)], formatUri(each)).toContain(shown);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** A database of KeePass in XML, with one entry a URI. */
function document(uris: readonly string[]): string {
  const string = (name: string, value: string) =>
    `<String><Key>${name}</Key><Value>${value.replaceAll("&", "&amp;")}</Value></String>`;
  const entries = uris.map((uri, i) => `<Entry>${string("Title", `key${i}`)}${string("otp", uri)}</Entry>`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?><KeePassFile><Root><Group><Name>Root</Name>${entries}</Group></Root></KeePassFile>`;
}
