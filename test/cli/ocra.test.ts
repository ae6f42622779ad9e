// `otp-core ocra`: the command says what the library says.
import fc from "fast-check";
import { attemptOcra, ocra } from "otp-core/ocra";
import { describe, expect, it } from "vitest";
import { expectBadUse, otpCore, printed, SECRET } from "../support/program.ts";
import { scripted } from "../support/scripted.ts";

const SUITE = "OCRA-1:HOTP-SHA1-6:QN08";
const EVERYTHING = "OCRA-1:HOTP-SHA1-8:C-QN08-PSHA1-S064-T1M";
const now = 1_700_000_000_000;
const challenge = "12345678";
const given = ["--challenge", challenge, "--counter", "5", "--pin", "1234", "--session", "s"];
const input = { challenge, counter: 5n, pin: "1234", session: "s" };

describe("otp-core ocra", () => {
  it("prints the response of RFC 6287 appendix C", () => {
    expect(otpCore(["ocra", SUITE, SECRET, "--challenge", "00000000"])).toEqual(printed("237653\n"));
  });

  it("hands every part of the input to the library", async () => {
    const response = ocra(EVERYTHING, SECRET, { ...input, now });
    const script = { now };
    expect(await scripted(["ocra", EVERYTHING, SECRET, ...given], script)).toMatchObject({ output: `${response}\n` });
    const at = [...given, "--at", String(now), "--json"];
    expect(JSON.parse((await scripted(["ocra", EVERYTHING, SECRET, ...at])).output)).toEqual({ response });
    const step = [...given, "--step", String(Math.floor(now / 60_000))];
    expect(await scripted(["ocra", EVERYTHING, SECRET, ...step])).toMatchObject({ output: `${response}\n` });
  });

  it("takes the secret and the PIN from the environment, and an option before the environment", async () => {
    const args = ["ocra", EVERYTHING, "--challenge", challenge, "--counter", "5", "--session", "s"];
    const env = { OTP_SECRET: SECRET, OTP_PIN: "1234" };
    const response = ocra(EVERYTHING, SECRET, { ...input, now });
    expect(await scripted(args, { now, env })).toMatchObject({ output: `${response}\n` });
    const other = ocra(EVERYTHING, SECRET, { ...input, pin: "9", now });
    expect(await scripted([...args, "--pin", "9"], { now, env })).toMatchObject({ output: `${other}\n` });
    // A suite without a PIN ignores the variable.
    const plain = await scripted(["ocra", SUITE, "--challenge", "00000000"], { env });
    expect(plain).toMatchObject({ output: "237653\n" });
  });

  it("says as JSON what attemptOcra says, and 0 or 1", async () => {
    const distance = fc.integer({ min: -3, max: 3 });
    const options = fc.record({ lookAhead: fc.nat(3), window: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(distance, distance, options, async (ahead, steps, search) => {
        const code = ocra(EVERYTHING, SECRET, { ...input, counter: 5n + BigInt(ahead), now: now + steps * 60_000 });
        const found = [
          "--verify",
          code,
          "--look-ahead",
          `${search.lookAhead}`,
          "--window",
          `${search.window}`,
          "--json",
        ];
        const { output, exitCode } = await scripted(["ocra", EVERYTHING, SECRET, ...given, ...found], { now });
        const outcome = attemptOcra(EVERYTHING, SECRET, code, { ...input, now, ...search });
        expect(JSON.parse(output)).toEqual(
          outcome.ok ? { ...outcome, nextCounter: `${outcome.nextCounter}` } : outcome,
        );
        expect(exitCode).toBe(outcome.ok ? 0 : 1);
      }),
    );
  });

  it("says in one line what comes next, or why a response is refused", async () => {
    const lineOf = async (code: string) => {
      const { output, exitCode } = await scripted(["ocra", EVERYTHING, SECRET, ...given, "--verify", code], { now });
      return `${exitCode} ${output}`;
    };
    const step = Math.floor(now / 60_000);
    expect(await lineOf(ocra(EVERYTHING, SECRET, { ...input, now }))).toBe(
      `0 Accepted. The next counter is 6. The time step is ${step}.\n`,
    );
    expect(await lineOf("1234")).toMatch(/^1 Refused: malformed\. [^\n]+\n$/);
    expect(await lineOf("00000000")).toMatch(/^1 Refused: mismatch\. [^\n]+\n$/);
    const plain = await scripted(["ocra", SUITE, SECRET, "--challenge", "00000000", "--verify", "237 653"]);
    expect(plain).toMatchObject({ output: "Accepted.\n", exitCode: 0 });
  });

  it("draws a challenge of the suite without a secret", async () => {
    const drawn = await Promise.all(Array.from({ length: 20 }, () => scripted(["ocra", SUITE, "--draw"])));
    for (const { output, exitCode } of drawn) expect(`${exitCode} ${output}`).toMatch(/^0 [0-9]{8}\n$/);
    expect(new Set(drawn.map(({ output }) => output)).size).toBeGreaterThan(1);
    const asJson = await scripted(["ocra", SUITE, "--draw", "--json"]);
    expect(JSON.parse(asJson.output)).toEqual({ challenge: expect.stringMatching(/^[0-9]{8}$/) });
  });

  it.each([
    [[], "SUITE is missing"],
    [[SUITE, SECRET, "x", "--challenge", "1"], "more arguments"],
    [[SUITE, SECRET], "--challenge is missing"],
    [["QN08", SECRET, "--challenge", "1"], "SUITE must be an OCRA suite"],
    [["QN08", "--draw"], "SUITE must be an OCRA suite"],
    [[SUITE, SECRET, "--challenge", "x"], "--challenge must be 1 to 8 digits"],
    [[SUITE, SECRET, "--challenge", "1", "--counter", "1"], "--counter must be left out"],
    [[SUITE, SECRET, "--challenge", "1", "--pin", "1"], "--pin must be left out"],
    [[SUITE, SECRET, "--challenge", "1", "--at", "0"], "--at makes no sense"],
    [[SUITE, SECRET, "--challenge", "1", "--step", "0"], "--step must be left out"],
    [[SUITE, SECRET, "--challenge", "1", "--window", "1"], "--window makes no sense without --verify"],
    [[SUITE, SECRET, "--challenge", "1", "--look-ahead", "1"], "--look-ahead makes no sense without --verify"],
    [[SUITE, SECRET, "--challenge", "1", "--verify", "1", "--look-ahead", "101"], "--look-ahead must be"],
    [[EVERYTHING, SECRET, ...given, "--at", "0", "--step", "0"], "--at makes no sense with --step"],
    [[EVERYTHING, SECRET, "--challenge", "1", "--counter", "5", "--session", "s"], "--pin must be the PIN"],
    [[SUITE, "--draw", "--challenge", "1"], "--challenge makes no sense with --draw"],
    [[SUITE, SECRET, "--draw"], "SECRET makes no sense with --draw"],
    [[SUITE, "!", "--challenge", "1"], "base32"],
    [[SUITE, "--challenge", "1"], "the secret is missing"],
  ] as const)("refuses bad use: %j", async (args, complaint) => {
    const { exitCode, complaint: said, output } = await scripted(["ocra", ...args]);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: "" });
    expect(said).toContain(complaint);
    expect(said).not.toContain("\n");
  });

  it("complains on one line of standard error", () => {
    expectBadUse(otpCore(["ocra", SUITE, SECRET, "--challenge", "x"]), "--challenge must be");
  });
});
