// Agreement with OATH Toolkit's `oathtool`, an implementation of others, wherever it is installed (Debian: `apt-get install
// oathtool`): it must show our codes, and accept them.
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { type Algorithm, encodeBase32, hotp, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { algorithms, keys } from "../support/arbitrary-keys.ts";
import { toHex } from "../support/vector-bytes.ts";

const installed = spawnSync("oathtool", ["--version"]).status === 0;
if (!installed) console.log("skipped: oathtool is not installed");

it("oathtool is installed, or this is not the continuous integration", () => {
  expect(installed || !process.env.CI).toBe(true);
});

interface Answer {
  readonly lines: readonly string[];
  readonly status: number | null;
}

/** The key goes in on standard input; with a code it verifies, without one it prints codes. */
function oathtool(args: readonly string[], key: string, ...code: readonly [] | readonly [string]): Answer {
  const { stdout, stderr, status } = spawnSync("oathtool", [...args, "-", ...code], {
    input: `${key}\n`,
    encoding: "utf8",
  });
  // 2 is its way to refuse a code; anything else is a mistake in how it is called.
  if (status !== 0 && status !== 2) throw new Error(`oathtool ${args.join(" ")} -> ${status}: ${stderr}`);
  return { lines: stdout.trimEnd().split("\n"), status };
}

const TOTP: Readonly<Record<Algorithm, string>> = {
  SHA1: "--totp=sha1",
  SHA256: "--totp=sha256",
  SHA512: "--totp=sha512",
};
const utc = (seconds: number) => new Date(seconds * 1000).toISOString().replace(/T(.*)\.000Z/, " $1 UTC");

const secrets = keys(1, 200);
const digits = fc.integer({ min: 6, max: 8 });
const options = { numRuns: 40 };

describe.skipIf(!installed)("oathtool", () => {
  it("shows the same HOTP codes, for five consecutive counters, up to 2^53", () => {
    const counters = fc.oneof(
      fc.constantFrom(0, 1, 2 ** 31 - 2, 2 ** 31, 2 ** 32 - 2, 2 ** 32, 2 ** 53 - 6),
      fc.maxSafeNat().map((counter) => Math.min(counter, 2 ** 53 - 6)),
    );
    const law = fc.property(secrets, digits, counters, (secret, length, counter) => {
      const { lines } = oathtool(["--hotp", `--digits=${length}`, `--counter=${counter}`, "--window=4"], toHex(secret));
      expect(lines).toEqual([0, 1, 2, 3, 4].map((ahead) => hotp({ secret, digits: length }, counter + ahead)));
    });
    fc.assert(law, options);
  });

  it("shows our HOTP codes in all 64 bits", () => {
    const secret = Uint8Array.from(Buffer.from("12345678901234567890"));
    for (const counter of [2n ** 53n, 2n ** 62n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n]) {
      const { lines } = oathtool(["--hotp", `--counter=${counter}`], toHex(secret));
      expect(lines).toEqual([hotp({ secret }, counter)]);
    }
  });

  it("shows the same TOTP codes, for every algorithm and three consecutive steps", () => {
    const law = fc.property(
      secrets,
      algorithms,
      digits,
      fc.integer({ min: 1, max: 86_400 }),
      fc.integer({ min: 0, max: 4_000_000_000 }),
      (secret, algorithm, length, period, seconds) => {
        const args = [TOTP[algorithm], `--digits=${length}`, `--time-step-size=${period}s`, `--now=${utc(seconds)}`];
        const { lines } = oathtool([...args, "--window=2"], toHex(secret));
        const key = { secret, algorithm, digits: length, period };
        expect(lines).toEqual([0, 1, 2].map((step) => totp(key, { now: (seconds + step * period) * 1000 })));
      },
    );
    fc.assert(law, options);
  });

  it("counts from T0 as we do", () => {
    const law = fc.property(
      secrets,
      fc.integer({ min: 0, max: 2_000_000_000 }),
      fc.integer({ min: 0, max: 2_000_000_000 }),
      (secret, epoch, elapsed) => {
        const args = ["--totp", `--start-time=${utc(epoch)}`, `--now=${utc(epoch + elapsed)}`];
        const { lines } = oathtool(args, toHex(secret));
        expect(lines).toEqual([totp({ secret, epoch }, { now: (epoch + elapsed) * 1000 })]);
      },
    );
    fc.assert(law, options);
  });

  it("reads our base32 text", () => {
    const law = fc.property(secrets, (secret) => {
      const { lines } = oathtool(["--hotp", "--base32", "--counter=7"], encodeBase32(secret));
      expect(lines).toEqual([hotp({ secret }, 7)]);
    });
    fc.assert(law, options);
  });

  it("accepts our HOTP codes where they are, and no others", () => {
    const law = fc.property(
      secrets,
      digits,
      fc.nat({ max: 2 ** 31 }),
      fc.nat({ max: 5 }),
      (secret, length, counter, i) => {
        const args = ["--hotp", `--digits=${length}`, `--counter=${counter}`, "--window=5"];
        const codes = [0, 1, 2, 3, 4, 5].map((ahead) => hotp({ secret, digits: length }, counter + ahead));
        const code = codes[i] ?? "";
        const accepted = { lines: [String(codes.indexOf(code))], status: 0 };
        expect(oathtool(args, toHex(secret), code)).toEqual(accepted);
        const other = changed(code);
        expect(oathtool(args, toHex(secret), other).status).toBe(codes.includes(other) ? 0 : 2);
      },
    );
    fc.assert(law, options);
  });

  it("accepts our TOTP codes in its window, and no others", () => {
    const law = fc.property(
      secrets,
      algorithms,
      digits,
      fc.integer({ min: 100, max: 4_000_000_000 }),
      fc.integer({ min: -2, max: 2 }),
      (secret, algorithm, length, seconds, distance) => {
        const args = [TOTP[algorithm], `--digits=${length}`, `--now=${utc(seconds)}`, "--window=2"];
        const at = (step: number) => totp({ secret, algorithm, digits: length }, { now: (seconds + step * 30) * 1000 });
        expect(oathtool(args, toHex(secret), at(distance)).status).toBe(0);
        const other = changed(at(distance));
        expect(oathtool(args, toHex(secret), other).status).toBe([-2, -1, 0, 1, 2].map(at).includes(other) ? 0 : 2);
      },
    );
    fc.assert(law, options);
  });
});

/** Another code: its last digit is one more. */
function changed(code: string): string {
  return code.slice(0, -1) + String((Number(code.at(-1)) + 1) % 10);
}
