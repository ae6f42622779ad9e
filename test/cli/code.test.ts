// `otp-core code`, end to end: the built command in a process of its own.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { encodeBase32, hotp, timeStep, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { expectBadUse, otpCore, printed, SECRET } from "../support/program.ts";
import { scripted } from "../support/scripted.ts";

describe("otp-core code: laws", () => {
  const secrets = fc.uint8Array({ minLength: 1, maxLength: 64 }).map(encodeBase32);
  const key = fc.record({
    algorithm: fc.constantFrom("SHA1", "SHA256", "SHA512"),
    digits: fc.integer({ min: 6, max: 10 }),
    period: fc.integer({ min: 1, max: 86400 }),
    epoch: fc.integer({ min: 0, max: 1_000_000_000 }),
  } as const);
  const options = (fields: object) => Object.entries(fields).map(([name, value]) => `--${name}=${value}`);

  it("prints what totp returns, and as JSON when that ends", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, key, fc.integer({ min: 1e12, max: 8e15 }), async (secret, fields, now) => {
        const args = ["code", secret, ...options(fields), "--at", String(now)];
        const code = totp({ secret, ...fields }, { now });
        expect((await scripted(args)).output).toBe(`${code}\n`);
        const { remainingMs, expiresAt, ...rest } = JSON.parse((await scripted([...args, "--json"])).output);
        expect(rest).toEqual({ code, step: timeStep(fields, { now }) });
        expect(remainingMs).toBe(expiresAt - now);
        expect(timeStep(fields, { now: expiresAt - 1 })).toBe(rest.step);
        expect(timeStep(fields, { now: expiresAt })).toBe(rest.step + 1);
      }),
    );
  });

  it("with --counter prints what hotp returns, for all 64 bits (trap 42)", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, key, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), async (secret, fields, counter) => {
        const { algorithm, digits } = fields;
        const args = ["code", secret, ...options({ algorithm, digits, counter })];
        const code = hotp({ secret, algorithm, digits }, counter);
        expect((await scripted(args)).output).toBe(`${code}\n`);
        expect(JSON.parse((await scripted([...args, "--json"])).output)).toEqual({ code, counter: String(counter) });
      }),
    );
  });

  it("takes a moment in milliseconds or as ISO 8601 of any zone, and means the same", async () => {
    const zones = fc.integer({ min: -14 * 60, max: 14 * 60 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1e11, max: 253402214400000 }), zones, async (now, minutes) => {
        const zone = `${minutes < 0 ? "-" : "+"}${new Date(Math.abs(minutes) * 60_000).toISOString().slice(11, 16)}`;
        const iso = new Date(now + minutes * 60_000).toISOString().replace("Z", zone);
        const [a, b] = await Promise.all(
          [String(now), iso].map((at) => scripted(["code", SECRET, "--at", at, "--json"])),
        );
        expect(a?.output).toMatch(/^\{"code"/);
        expect(b?.output).toBe(a?.output);
      }),
    );
  });
});

describe("otp-core code", () => {
  it("prints the code of this moment and nothing else", () => {
    // The step may end meanwhile: the code is that of before or of after.
    const before = totp({ secret: SECRET });
    const { status, stdout, stderr } = otpCore(["code", SECRET]);
    expect([`${before}\n`, `${totp({ secret: SECRET })}\n`]).toContain(stdout);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("prints the codes of RFC 6238 appendix B", async () => {
    const { vectors } = JSON.parse(readFileSync(new URL("../../vectors/rfc6238.json", import.meta.url), "utf8"));
    expect(vectors).toHaveLength(18);
    for (const { secretHex, utc, time, algorithm, totp8 } of vectors) {
      const secret = encodeBase32(Buffer.from(secretHex, "hex"));
      for (const at of [utc, `${time}s`]) {
        const { output } = await scripted(["code", secret, "--at", at, "--algorithm", algorithm, "--digits", "8"]);
        expect(output, `${algorithm} ${utc}`).toBe(`${totp8}\n`);
      }
    }
  });

  it.each([
    { args: ["--at", "59s", "--digits", "8"], code: "94287082" },
    { args: ["-t59s", "-d", "8"], code: "94287082" },
    { args: ["--at", "59000ms", "--digits", "8"], code: "94287082" },
    { args: ["--at=1970-01-01T00:00:59Z", "--digits=8"], code: "94287082" },
    { args: ["--at", "89s", "--epoch", "30", "--digits", "8"], code: "94287082" },
    { args: ["--at", "119999ms", "--period", "60", "--digits", "8"], code: "94287082" },
    { args: ["--at", "59s", "--steam"], code: totp({ secret: SECRET, encoder: "steam" }, { now: 59_000 }) },
    { args: ["--counter", "0"], code: "755224" },
    { args: ["--counter", "18446744073709551615"], code: "094451" },
    { args: ["--counter", "1", "--algorithm", "SHA256"], code: hotp({ secret: SECRET, algorithm: "SHA256" }, 1) },
  ])("$args prints $code", ({ args, code }) => {
    expect(otpCore(["code", SECRET, ...args])).toEqual(printed(`${code}\n`));
  });

  it("--json prints one object on one line; a counter is text, because JSON has no 64 bits", () => {
    expect(otpCore(["code", SECRET, "--at", "59s", "--json"])).toEqual(
      printed('{"code":"287082","step":1,"remainingMs":1000,"expiresAt":60000}\n'),
    );
    expect(otpCore(["code", SECRET, "--counter", "18446744073709551615", "--json"])).toEqual(
      printed('{"code":"094451","counter":"18446744073709551615"}\n'),
    );
  });

  it("takes options before the secret, and the secret as people paste it", () => {
    const pasted = `${SECRET.slice(0, 8).toLowerCase()} ${SECRET.slice(8, 16)}-${SECRET.slice(16)} `;
    expect(otpCore(["code", "--counter", "0", "--", pasted])).toEqual(printed("755224\n"));
  });
});

describe("--count and --verbose", () => {
  it("--count prints this code and the next ones (RFC 4226 appendix D)", async () => {
    const codes = ["755224", "287082", "359152", "969429", "338314"];
    expect((await scripted(["code", SECRET, "--counter", "0", "--count", "5"])).output).toBe(`${codes.join("\n")}\n`);
    const rows = (await scripted(["code", SECRET, "--at", "29s", "-n", "3", "--json"])).output.trim().split("\n");
    expect(rows.map((row) => JSON.parse(row))).toEqual([
      { code: "755224", step: 0, remainingMs: 1000, expiresAt: 30_000 },
      { code: "287082", step: 1, remainingMs: 1000, expiresAt: 60_000 },
      { code: "359152", step: 2, remainingMs: 1000, expiresAt: 90_000 },
    ]);
    for (const count of ["0", "1001", "-1"]) {
      expect((await scripted(["code", SECRET, "--count", count])).complaint).toMatch(
        /^--count must be an integer from 1/,
      );
    }
    expect((await scripted(["code", SECRET, "--watch", "--count", "2"])).complaint).toMatch(/^--count makes no sense/);
  });

  it("--verbose says what the code is computed from, and ends with the code", async () => {
    expect((await scripted(["code", SECRET.toLowerCase(), "--at", "59s", "-v"])).output.split("\n")).toEqual([
      "hex secret:     3132333435363738393031323334353637383930",
      `base32 secret:  ${SECRET}`,
      "type:           TOTP",
      "algorithm:      SHA1",
      "digits:         6",
      "period:         30 s",
      "time:           1970-01-01T00:00:59.000Z",
      "step:           1 (0x1)",
      "valid for:      1 s",
      "287082",
      "",
    ]);
    const steam = (await scripted(["code", SECRET, "--steam", "--at", "59s", "-v"])).output;
    expect(steam).toMatch(/^type: {11}Steam Guard\nalgorithm: {6}SHA1\ndigits: {9}5$/m);
    expect((await scripted(["code", SECRET, "-c", "7", "-v"])).output).toMatch(/^counter: {8}7\n162583$/m);
    expect((await scripted(["code", SECRET, "-v", "--json"])).complaint).toBe("--json makes no sense with --verbose");
  });

  it("on a terminal says how many seconds are left, and nowhere else", async () => {
    const now = 990_000_017_500;
    const code = totp({ secret: SECRET }, { now });
    const terminal = { columns: [80], now };
    expect((await scripted(["code", SECRET], terminal)).output).toBe(`${code}  (13 s left)\n`);
    expect((await scripted(["code", SECRET, "--at", "59s"], terminal)).output).toBe("287082\n");
    expect((await scripted(["code", SECRET], { now })).output).toBe(`${code}\n`);
    expect((await scripted(["code", SECRET, "--json"], terminal)).output).toMatch(/^\{/);
  });
});

describe("--at", () => {
  it("may be relative to now", async () => {
    const now = 1_000_000_017_500;
    for (const [at, moment] of [
      ["now", now],
      ["-30s", now - 30_000],
      ["+1m", now + 60_000],
      ["now+1m", now + 60_000],
      ["now-1d", now - 86_400_000],
    ] as const) {
      const { output } = await scripted(["code", SECRET, "--at", at, "--json"], { now });
      const { expiresAt, remainingMs } = JSON.parse(output);
      expect(expiresAt - remainingMs, at).toBe(moment);
    }
    expect((await scripted(["code", SECRET, "--at", "now+60"], { now })).complaint).toMatch(/needs a unit/);
    expect((await scripted(["code", SECRET, "--at", "+60"], { now })).complaint).toMatch(/needs a unit/);
  });

  it.each([
    ["1970-01-01T00:00:59Z", 59_000],
    ["1970-01-01t00:01z", 60_000],
    ["1970-01-01T00:00:59.5Z", 59_500],
    ["1970-01-01T00:00:59,123Z", 59_123],
    ["2026-11-21T07:30:00+05:30", Date.UTC(2026, 10, 21, 2)],
    ["2024-02-29T00:00Z", Date.UTC(2024, 1, 29)],
    ["0", 0],
    ["59s", 59_000],
    ["59ms", 59],
    ["1111111109s", 1_111_111_109_000],
    ["2h", 7_200_000],
    ["100000000000", 1e11],
    ["8640000000000000", 8.64e15],
  ])("%s is %d", async (at, now) => {
    const { output } = await scripted(["code", SECRET, "--at", at, "--json"]);
    const { expiresAt, remainingMs } = JSON.parse(output);
    expect(expiresAt - remainingMs).toBe(now);
  });

  it.each([
    "",
    "now-",
    "now+1m30s",
    "now 1m",
    "1 s",
    "59S",
    "tomorrow",
    "2026-11-21",
    "2026-11-21T07:30:00",
    "2026-11-21 07:30:00Z",
    "2026-02-30T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-11-21T25:00:00Z",
    "2026-11-21T07:30:60Z",
    "21.11.2026",
    "1e12",
    "59000.5",
    "99999999999999999",
    "1970-01-01T00:00:59Z\n1970-01-01T00:00:59Z",
  ])("%j is refused: no moment, or not the same one everywhere (trap 43)", async (at) => {
    const { exitCode, complaint, output } = await scripted(["code", SECRET, "--at", at]);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: "" });
    expect(complaint).toMatch(
      /^--at must be ISO 8601 with its zone, .* or milliseconds since 1970, or like 59s, -30s, now\+1m$/,
    );
  });

  it.each(["1", "59", "-59", "999999999", "1000000000", "1111111109", "20000000000", "99999999999"])(
    "%s looks like seconds and is refused, in every range (trap 43)",
    async (at) => {
      const { exitCode, complaint } = await scripted(["code", SECRET, "--at", at]);
      expect({ exitCode, complaint }).toEqual({
        exitCode: 2,
        complaint: "--at must be milliseconds since 1970, and this looks like seconds: write 59s or 59ms",
      });
    },
  );

  it("before 1970, after the last moment of all, or before the key's epoch is refused", () => {
    expectBadUse(otpCore(["code", SECRET, "--at", "-100000000000"]), /--at, must be an integer from 0 to/);
    expectBadUse(otpCore(["code", SECRET, "--at", "1969-12-31T23:59:59Z"]), /--at, must be an integer from 0 to/);
    expectBadUse(otpCore(["code", SECRET, "--at", "8640000000000001"]), /--at, must be an integer from 0 to/);
    expectBadUse(otpCore(["code", SECRET, "--at", "59s", "--epoch", "60"]), /at or after the key's epoch/);
    expectBadUse(otpCore(["code", SECRET, "--epoch", "8640000000000"]), /at or after the key's epoch/);
  });
});
