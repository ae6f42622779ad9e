// Every program in examples runs, as the README tells a newcomer to run it, against the built package.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decodeBase32, totp } from "otp-core";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../examples/", import.meta.url));

function runExample(file: string): string {
  const run = spawnSync(process.execPath, [`${folder}${file}`], { encoding: "utf8" });
  expect(run.stderr).toBe("");
  expect(run.status).toBe(0);
  return run.stdout;
}

describe("the examples", () => {
  it("are each run by a test", () => {
    const tests = readdirSync(new URL("..", import.meta.url), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8"));
    for (const file of readdirSync(folder))
      expect(
        tests.some((text) => text.includes(file)),
        file,
      ).toBe(true);
  });

  it("the terminal walk is short, and asserts what it says", () => {
    const source = readFileSync(`${folder}terminal.js`, "utf8");
    expect(source.split("\n").length).toBeLessThan(70);
    expect(source).toMatch(/assert/);
    expect(source).toMatch(/from "otp-core\/account"/);
  });

  it("terminal.js: a user's second factor from enrolment to a password that was stolen", () => {
    const text = runExample("terminal.js");
    const verdicts = [...text.matchAll(/^(.+?) {2,}((?:accepted|refused) \(.+\)) +(\S.*)$/gm)].map(
      ([, what, verdict, code]) => ({ what, verdict, code }),
    );
    expect(verdicts.map(({ what, verdict }) => `${what}: ${verdict}`)).toEqual([
      "The code of this step: accepted (totp)",
      "The same code again: refused (replayed)",
      "Half a minute later: accepted (totp)",
      "A wrong code: refused (mismatch)",
      "A code of long ago: refused (mismatch)",
      "No code at all: refused (malformed)",
      "The recovery code: accepted (recovery)",
      "The recovery code again: refused (replayed)",
      "The next code: accepted (totp)",
      "Even a valid code: refused (throttled)",
      "On the known device: accepted (totp)",
    ]);
    expect(text).toMatch(/After 5 wrong codes +each log-in waits for 30 seconds/);

    // What is shown is true: each accepted code is the secret's code of the next step.
    const [, secret = ""] = /^A secret for the app +(.*)$/m.exec(text) ?? [];
    expect(decodeBase32(secret)).toHaveLength(20);
    const accepted = verdicts.filter(({ verdict }) => verdict?.endsWith("(totp)")).map(({ code = "" }) => code);
    const [, first = ""] = /^First code of the app .* (\d{6})$/m.exec(text) ?? [];
    const step = Math.floor(Date.now() / 30_000);
    const began = [step, step - 1, step - 2].find((each) => totp({ secret }, { now: each * 30_000 }) === first) ?? 0;
    const codes = [1, 2, 3, 4].map((later) => totp({ secret }, { now: (began + later) * 30_000 }));
    expect(accepted).toEqual(codes);
  });

  it("terminal.js shows another secret each time", () => {
    const secretLine = () =>
      runExample("terminal.js")
        .split("\n")
        .find((line) => line.startsWith("A secret"));
    expect(secretLine()).not.toBe(secretLine());
  });

  it("memory.js: a code is accepted once, guesses are counted, and a wait is kept", () => {
    const answers = runExample("memory.js")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith(" "));
    expect(answers).toEqual([
      "welcome",
      expect.stringMatching(/^refused \(replayed, again in \d+ ms\)$/),
      "refused (malformed, again in 0 ms)",
      ...Array(4).fill("refused (mismatch, again in 0 ms)"),
      "refused (mismatch, again in 30000 ms)",
      expect.stringMatching(/^refused \(throttled, again in \d+ ms\)$/),
    ]);
  });

  it("ocra.js: a payment is signed once, and the response signs no other payment", () => {
    const lines = runExample("ocra.js").trimEnd().split("\n");
    expect(lines.map((line) => line.replace(/ {2,}/, ": "))).toEqual([
      "To pay: 1250.00 EUR, DE02 1203 0000 0000 2020 51",
      "The payer types: 12500000202051",
      expect.stringMatching(/^The token shows: [0-9]{8}$/),
      "Another amount: other-transaction",
      "The payment itself: signed",
      "The same response again: replayed",
      "In a second payment: replayed",
    ]);
  });
});
