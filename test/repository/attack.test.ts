// examples/attack as a developer runs it: against a naive log-in, in which it finds each fault, and against the log-in of the examples.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Fault, startFaultyLogin } from "../support/faulty-login.ts";
import { startHost } from "../support/host-program.ts";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const NAIVE = ["--target", `${examples}attack/naive-target.js`];

const start = (file: string) => startHost({ command: process.execPath, args: [`${examples}${file}`] });

function attack(...args: readonly string[]): Promise<{ status: unknown; lines: string[]; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [`${examples}attack/attack.js`, ...args], (error, stdout, stderr) =>
      resolve({ status: error?.code ?? 0, lines: stdout.trimEnd().split("\n"), stderr }),
    );
  });
}

/** Name, requests, what got through, and the finding of each line. */
const cells = (lines: readonly string[]) =>
  lines.slice(1, -1).map((line) => {
    const [, name, requests, throughs, finding] = /^(.*?) {2,}(\d+) +(\d+) +\d+ ms +\d+ ms {2}(.*)$/.exec(line) ?? [];
    return [name, Number(requests), Number(throughs), finding];
  });

describe("examples/attack", () => {
  it("finds the faults of a naive log-in", async () => {
    const { status, lines } = await attack(await start("attack/naive-login.js"), ...NAIVE);
    expect(cells(lines)).toEqual([
      ["a code, 10 times in parallel", 10, 10, "A code logged in more than once."],
      ["a used code", 2, 1, "A used code logged in."],
      ["guesses without a wait", 101, 100, "100 wrong codes did not lead to a wait."],
      ["codes sent in a burst", 30, 30, "Sends have no limit."],
      ["malformed input", 45, expect.any(Number), "Malformed input caused exceptions."],
      ["no password", 3, 3, "Requests without a password were not refused."],
    ]);
    expect(lines.at(-1)).toBe("6 of 6 attacks found a fault.");
    expect(status).toBe(1);
  });

  // The log-in of the examples hashes two dozen passwords with 600,000 iterations each.
  it("finds none in the log-in of the examples", { timeout: 180_000 }, async () => {
    const { status, lines } = await attack(await start("login/main.js"));
    // The wait begins with the fifth failure. Answers to guesses that were counted before it do not name a wait.
    expect(cells(lines)).toEqual([
      ["a code, 10 times in parallel", 10, 1, "no fault"],
      ["a used code", 2, 0, "no fault"],
      ["guesses without a wait", 101, 4, "no fault"],
      ["codes sent in a burst", 30, 1, "no fault"],
      ["malformed input", 45, 0, "no fault"],
      ["no password", 3, 0, "no fault"],
    ]);
    expect(lines.at(-1)).toBe("No fault was found.");
    expect(status).toBe(0);
  });

  it.each<[Fault | null, string[]]>([
    [null, []],
    ["replay", ["a code, 10 times in parallel", "a used code"]],
    ["budget", ["guesses without a wait"]],
    ["sends", ["codes sent in a burst"]],
    ["malformed", ["malformed input"]],
    ["password", ["no password"]],
  ])("names the fault %s of a log-in and no other", async (fault, expected) => {
    const { lines } = await attack(await startFaultyLogin(fault), ...NAIVE);
    const found = cells(lines).filter(([, , , finding]) => finding !== "no fault");
    expect(found.map(([name]) => name)).toEqual(expected);
  });

  it.each(["http://192.0.2.1", "https://example.com", "http://127.0.0.1.example.com"])(
    "does not attack %s",
    async (url) => {
      const { status, stderr } = await attack(url);
      expect(stderr).toContain("is not this machine. Add --i-own-this-server");
      expect(status).toBe(2);
    },
  );
});
