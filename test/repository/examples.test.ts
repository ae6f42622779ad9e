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
    expect(source).toMatch(/from "otp-core"/);
  });

  it("terminal.js: a code is accepted once, and a wrong, an old and a malformed one are not", () => {
    const lines = runExample("terminal.js").split("\n");
    expect(lines).toEqual([
      expect.stringMatching(/^A key for +alice at Example$/),
      expect.stringMatching(/^its secret, to type off +([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/),
      "",
      expect.stringMatching(/^The phone shows +\d{6}$/),
      expect.stringMatching(/^The server says +accepted, step \d+$/),
      expect.stringMatching(/^The same code again +\d{6} +refused: replayed$/),
      expect.stringMatching(/^A wrong code +\d{6} +refused: mismatch$/),
      expect.stringMatching(/^A code of minutes ago +\d{6} +refused: mismatch$/),
      expect.stringMatching(/^No code +12 34 5x +refused: malformed$/),
      "",
      expect.stringMatching(/^Half a minute later +\d{6} is accepted, step \d+$/),
      "",
    ]);

    // What is shown is true: the code is the secret's code of the step, and the second one that of the next.
    const [, secret = ""] = /type off +(.*)$/.exec(lines[1] ?? "") ?? [];
    const shown = lines.join("\n").match(/(?<= )\d{6}(?= |$)/gm) ?? [];
    const steps = [...lines.join("\n").matchAll(/step (\d+)/g)].map((match) => Number(match[1]));
    expect(decodeBase32(secret)).toHaveLength(20);
    expect(steps[1]).toBe((steps[0] ?? 0) + 1);
    expect(shown[0]).toBe(totp({ secret }, { now: (steps[0] ?? 0) * 30_000 }));
    expect(shown[1]).toBe(shown[0]);
    expect(shown.at(-1)).toBe(totp({ secret }, { now: (steps[1] ?? 0) * 30_000 }));
  });

  it("terminal.js shows another secret each time", () => {
    expect(runExample("terminal.js").split("\n")[1]).not.toBe(runExample("terminal.js").split("\n")[1]);
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
