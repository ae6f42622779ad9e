// `otp-core verify`, end to end: the built command in a process of its own.
import fc from "fast-check";
import { attemptHotp, attemptTotp, hotp, timeStep, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { expectBadUse, otpCore, printed, SECRET } from "../support/program.ts";
import { scripted } from "../support/scripted.ts";

const now = 1_700_000_000_000;
const step = timeStep({}, { now });
const at = ["--at", String(now)];
const codeOf = (steps: number) => totp({ secret: SECRET }, { now: now + steps * 30_000 });

describe("otp-core verify: laws", () => {
  const nearby = fc.integer({ min: -12, max: 12 });

  it("says as JSON what attemptTotp says, and 0 or 1", async () => {
    const after = fc.option(fc.integer({ min: step - 12, max: step + 12 }));
    const options = fc.record({ after, window: fc.integer({ min: 0, max: 10 }), drift: nearby });
    await fc.assert(
      fc.asyncProperty(nearby, options, async (steps, { after, window, drift }) => {
        const args = ["verify", SECRET, codeOf(steps), ...at, "--window", `${window}`, "--drift", `${drift}`, "--json"];
        if (after !== null) args.push("--after", `${after}`);
        const { output, exitCode } = await scripted(args);
        const verdict = attemptTotp({ secret: SECRET }, codeOf(steps), { now, after, window, drift });
        expect(JSON.parse(output)).toEqual(verdict);
        expect(exitCode).toBe(verdict.ok ? 0 : 1);
      }),
    );
  });

  it("says as JSON what attemptHotp says, the next counter as text, for all 64 bits (trap 42)", async () => {
    const counters = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    await fc.assert(
      fc.asyncProperty(counters, fc.bigInt({ min: -2n, max: 102n }), fc.nat(100), async (counter, ahead, lookAhead) => {
        const code = hotp({ secret: SECRET }, BigInt.asUintN(64, counter + ahead));
        const args = ["verify", SECRET, code, "--counter", `${counter}`, "--look-ahead", `${lookAhead}`, "--json"];
        const { output, exitCode } = await scripted(args);
        const verdict = attemptHotp({ secret: SECRET }, code, { counter, lookAhead });
        expect(JSON.parse(output)).toEqual(
          verdict.ok ? { ok: true, nextCounter: String(verdict.nextCounter) } : { ...verdict },
        );
        expect(exitCode).toBe(verdict.ok ? 0 : 1);
      }),
    );
  });

  it("whatever the code is, there is a verdict and no complaint (trap 61)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (code) => {
        const { exitCode, output } = await scripted(["verify", ...at, "--", SECRET, code]);
        expect(exitCode).toBe(output.startsWith("Accepted") ? 0 : 1);
        expect(output).toMatch(/^(Accepted: |Refused: )[^\n]+\n$/);
      }),
    );
  });
});

describe("otp-core verify", () => {
  it("accepts the code that otp-core code prints at this moment", () => {
    const code = otpCore(["code", SECRET]).stdout.trim();
    // The steps may go on by one meanwhile: the window has it.
    expect(otpCore(["verify", SECRET, code]).status).toBe(0);
  });

  it("says which step was accepted and how to refuse it from now on (T13, trap 1)", () => {
    const accepted = otpCore(["verify", SECRET, codeOf(-1), ...at]);
    expect(accepted).toEqual(
      printed(`Accepted: step ${step - 1}, drift -1. From now on verify with --after ${step - 1}.\n`),
    );
    const advice = accepted.stdout.match(/--after \d+/)?.[0].split(" ") ?? [];
    expect(advice).toHaveLength(2);
    expect(otpCore(["verify", SECRET, codeOf(-1), ...at, ...advice])).toEqual(
      printed(`Refused: replayed. The code is valid, but not after step ${step - 1}.\n`, 1),
    );
    expect(otpCore(["verify", SECRET, codeOf(0), ...at, ...advice]).status).toBe(0);
  });

  it("step 0 is a step, before and after (trap 19)", () => {
    const args = ["verify", SECRET, hotp({ secret: SECRET }, 0), "--at", "0"];
    expect(otpCore(args)).toEqual(printed("Accepted: step 0, drift 0. From now on verify with --after 0.\n"));
    expect(otpCore([...args, "--after", "0"]).stdout).toMatch(/^Refused: replayed\. .* after step 0\.\n$/);
  });

  it("says why a code was refused, and ends with 1", () => {
    expect(otpCore(["verify", SECRET, codeOf(-2), ...at])).toEqual(
      printed("Refused: mismatch. The code is wrong or too old: no step within the window has it.\n", 1),
    );
    expect(otpCore(["verify", SECRET, "12 34 5x", ...at])).toEqual(
      printed("Refused: malformed. A code of this key has 6 digits.\n", 1),
    );
    expect(otpCore(["verify", SECRET, "123456", "--digits", "8", ...at]).stdout).toMatch(/has 8 digits/);
    expect(otpCore(["verify", SECRET, "123456", "--steam", ...at]).stdout).toMatch(/5 characters/);
    expect(otpCore(["verify", SECRET, "123456", "--counter", "0"])).toEqual(
      printed("Refused: mismatch. The code is wrong: none of the tried counters has it.\n", 1),
    );
  });

  it("says as JSON the same", () => {
    const run = (...args: string[]) => otpCore(["verify", SECRET, ...args, "--json"]);
    expect(run(codeOf(1), ...at)).toEqual(printed(`{"ok":true,"step":${step + 1},"drift":1}\n`));
    expect(run("123 45", ...at)).toEqual(printed('{"ok":false,"reason":"malformed"}\n', 1));
    expect(run(codeOf(5), ...at)).toEqual(printed('{"ok":false,"reason":"mismatch"}\n', 1));
    expect(run(codeOf(0), ...at, "--after", `${step}`)).toEqual(printed('{"ok":false,"reason":"replayed"}\n', 1));
    expect(run("755224", "--counter", "0")).toEqual(printed('{"ok":true,"nextCounter":"1"}\n'));
  });

  it("--window, --drift and --look-ahead move what is accepted", () => {
    const status = (...args: string[]) => otpCore(["verify", SECRET, ...args]).status;
    expect(status(codeOf(-1), ...at, "--window", "0")).toBe(1);
    expect(status(codeOf(10), ...at, "--window", "10")).toBe(0);
    expect(status(codeOf(-5), ...at, "--drift", "-5", "--window", "0")).toBe(0);
    expect(status(codeOf(-5), ...at, "--drift=-5", "--window=0")).toBe(0);
    expect(status("520489", "--counter", "0", "--look-ahead", "9")).toBe(0);
    expect(status("520489", "--counter", "0", "--look-ahead", "8")).toBe(1);
  });

  it("with --counter says the next one, and refuses the codes before it (H13, trap 62)", () => {
    expect(otpCore(["verify", SECRET, "359152", "--counter", "0"])).toEqual(
      printed("Accepted. The next counter is 3.\n"),
    );
    expect(otpCore(["verify", SECRET, "359152", "--counter", "3"]).status).toBe(1);
  });

  it("takes the options of the key", () => {
    const key = { secret: SECRET, algorithm: "SHA512", digits: 10, period: 60, epoch: 30 } as const;
    const options = ["--algorithm", "SHA512", "--digits", "10", "--period", "60", "--epoch", "30"];
    expect(otpCore(["verify", SECRET, totp(key, { now }), ...options, ...at]).status).toBe(0);
    const steam = totp({ secret: SECRET, encoder: "steam" }, { now });
    expect(otpCore(["verify", SECRET, steam.toLowerCase(), "--steam", ...at]).status).toBe(0);
  });

  it("takes a code in groups, and one that starts with a dash after --", () => {
    const code = codeOf(0);
    expect(otpCore(["verify", SECRET, `${code.slice(0, 3)} ${code.slice(3)}`, ...at]).status).toBe(0);
    expect(otpCore(["verify", ...at, "--", SECRET, `-${code}`]).status).toBe(0);
  });

  it("tolerates 10 bytes and refuses a shorter secret with a hint (trap 39)", () => {
    expect(otpCore(["verify", "JBSWY3DPEHPK3PXP", "123456", ...at]).status).toBe(1);
    expectBadUse(otpCore(["verify", "JBSWY3DPEHPK3PQ", "123456", ...at]), /at least 10 bytes .*otp-core secret/);
  });
});
