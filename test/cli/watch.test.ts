// `otp-core code --watch`: first its loop with a clock that only moves when it sleeps, then the command on a pipe and a terminal.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { timeStep, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { expectBadUse, otpCore, SECRET, start, startInTerminal } from "../support/program.ts";
import { scripted } from "../support/scripted.ts";

const watching = ["code", SECRET, "--watch"];

/** The only thing that a terminal is told to do, as text. */
function shown(text: string): string {
  return text.replaceAll("\x1b[K", "<erase>");
}

describe("otp-core code --watch, piped: laws", () => {
  const moments = fc.integer({ min: 0, max: 1e14 });
  const periods = fc.integer({ min: 1, max: 90 });

  it("prints every code once and in order, even if timers are early", async () => {
    const takes = fc.infiniteStream(fc.constantFrom(0.1, 0.5, 0.999, 1));
    await fc.assert(
      fc.asyncProperty(moments, periods, takes, async (now, period, parts) => {
        let end = now;
        const script = {
          now,
          sleeps: 100,
          takes: (ms: number) => {
            const taken = Math.floor(ms * (parts.next().value ?? 1));
            end += taken;
            return taken;
          },
        };
        const { output, exitCode } = await scripted([...watching, "--period", `${period}`], script);
        // The last sleep is the one that was cut short: nothing is printed after it.
        const first = timeStep({ period }, { now });
        const lines = output.split("\n").slice(0, -1);
        const expected = lines.map((_, i) => totp({ secret: SECRET, period }, { now: (first + i) * period * 1000 }));
        expect(lines).toEqual(expected);
        expect(lines.length).toBeGreaterThanOrEqual(timeStep({ period }, { now: end }) - first);
        expect(lines.length).toBeLessThanOrEqual(timeStep({ period }, { now: end }) - first + 1);
        expect(exitCode).toBe(0);
      }),
    );
  });

  it("never sleeps past a code, nor longer than a second, nor not at all", async () => {
    await fc.assert(
      fc.asyncProperty(moments, periods, async (now, period) => {
        const { slept } = await scripted([...watching, "--period", `${period}`], { now, sleeps: 5 });
        let time = now;
        for (const ms of slept) {
          expect(ms).toBeGreaterThan(0);
          expect(ms).toBeLessThanOrEqual(1000);
          expect(timeStep({ period }, { now: time + ms - 1 })).toBe(timeStep({ period }, { now: time }));
          time += ms;
        }
      }),
    );
  });
});

describe("otp-core code --watch, piped", () => {
  it("prints the code of now at once, then each new one", async () => {
    const { writes, slept } = await scripted(watching, { now: 28_500, sleeps: 32 });
    expect(writes).toEqual([0, 30_000, 60_000].map((now) => `${totp({ secret: SECRET }, { now })}\n`));
    expect(slept.slice(0, 3)).toEqual([500, 1000, 1000]);
  });

  it("--json prints an object for each, on a terminal too", async () => {
    const expected = [
      { code: "755224", step: 0, remainingMs: 1, expiresAt: 30_000 },
      { code: "287082", step: 1, remainingMs: 30_000, expiresAt: 60_000 },
    ].map((reading) => `${JSON.stringify(reading)}\n`);
    const piped = await scripted([...watching, "--json"], { now: 29_999, sleeps: 2 });
    expect(piped.writes).toEqual(expected);
    const onTerminal = await scripted([...watching, "--json"], { now: 29_999, sleeps: 2, columns: [80] });
    expect(onTerminal.writes).toEqual(expected);
  });

  it("follows a clock that is set back or a machine that has slept", async () => {
    const jumps = [3_600_000, -3_600_000];
    const { writes } = await scripted(watching, { now: 4e6, sleeps: 2, takes: (ms) => jumps.shift() ?? ms });
    const [before, after] = [4e6, 7.6e6].map((now) => `${totp({ secret: SECRET }, { now })}\n`);
    expect(writes).toEqual([before, after, before]);
  });

  it("refuses a bad key before it shows anything", async () => {
    expectBadUse(otpCore([...watching, "--period", "0"]), "--period must be");
    expectBadUse(otpCore(["code", "1", "--watch"]), "base32");
  });
});

describe("Ctrl-C", () => {
  it("is caught before anything is shown, and by no command that does not watch", async () => {
    expect((await scripted(watching)).writesBeforeInterrupt).toBe(0);
    expect((await scripted(watching, { columns: [80] })).writesBeforeInterrupt).toBe(0);
    expect((await scripted(["code", SECRET])).writesBeforeInterrupt).toBeUndefined();
  });
});

describe("otp-core code --watch, on a terminal", () => {
  it("draws one line anew each second: the code, a bar that runs out, the seconds left", async () => {
    const { writes } = await scripted(watching, { now: 0, sleeps: 30, columns: [80] });
    const drawn = writes.slice(0, -1).map((line) => /^\r(\d{6}) {2}(█*)(░*) {2}([ \d]{2} s)<erase>$/.exec(shown(line)));
    expect(drawn.map((match) => match?.[1])).toEqual([...Array(30).fill("755224"), "287082"]);
    expect(drawn.map((match) => match?.[4])).toEqual(
      [...Array.from({ length: 30 }, (_, i) => 30 - i), 30].map((seconds) => `${String(seconds).padStart(2)} s`),
    );
    const full = drawn.slice(0, 30).map((match) => match?.[2]?.length ?? 0);
    expect(full[0]).toBe(20);
    expect(full[29]).toBe(1);
    expect(full).toEqual([...full].sort((a, b) => b - a));
    for (const match of drawn) expect(`${match?.[2]}${match?.[3]}`).toHaveLength(20);
  });

  it("counts the second that has begun, so that it never says 0", async () => {
    expect((await scripted(watching, { now: 500, columns: [80] })).output).toMatch(/ {2}30 s/);
    expect((await scripted(watching, { now: 29_999, columns: [80] })).output).toMatch(/█░{19} {3}1 s/);
  });

  it("ends with a new line under what it last showed, and touches nothing else", async () => {
    const { output, exitCode } = await scripted(watching, { now: 0, sleeps: 3, columns: [80] });
    expect(output.split("\n")).toHaveLength(2);
    expect(output.endsWith("\n")).toBe(true);
    expect(shown(output)).toMatch(/\r755224 {2}█+░* {2}27 s<erase>\n$/);
    // Of all that a terminal can be told only "go back" and "erase what is right of here": the cursor is never hidden.
    expect(shown(output)).not.toContain("\x1b");
    expect(exitCode).toBe(0);
  });

  it("fits every width that holds the code, also when it changes, and leaves the last column free", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 11, max: 100 }), { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 6, max: 10 }),
        fc.constantFrom(1, 30, 3600, 86400),
        async (columns, digits, period) => {
          const args = [...watching, "--digits", `${digits}`, "--period", `${period}`];
          // The first width only says that there is a terminal.
          const { writes } = await scripted(args, { columns: [80, ...columns], sleeps: columns.length - 1 });
          const drawn = writes.slice(0, -1).map((line) => line.slice(1).replace("\x1b[K", ""));
          expect(drawn).toHaveLength(columns.length);
          for (const [i, line] of drawn.entries()) {
            expect(line.length).toBeLessThan(columns[i] ?? 0);
            expect(line).toMatch(/^\d+( {2}[█░]+ {2} *\d+ s)?$/);
          }
        },
      ),
    );
  });

  it("shows only the code where there is no room for a bar", async () => {
    expect((await scripted(watching, { columns: [15] })).output).toBe("\r755224\x1b[K\n");
    expect((await scripted(watching, { columns: [16] })).output).toBe("\r755224  █  30 s\x1b[K\n");
  });
});

describe("the built command", () => {
  it("watches on a pipe until the reader closes it, and ends well and without a word (EPIPE)", async () => {
    const child = start([...watching, "--period", "1"]);
    let complaints = "";
    child.stderr.on("data", (text) => {
      complaints += text;
    });
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      lines.push(line);
      if (lines.length === 2) break;
    }
    child.stdout.destroy();
    const [status, signal] = await once(child, "exit");
    expect({ status, signal, complaints }).toEqual({ status: 0, signal: null, complaints: "" });
    for (const line of lines) expect(line).toMatch(/^\d{6}$/);
    // The codes of two of the last steps, in order. They are consecutive if the machine was not busy for a second.
    const now = Date.now();
    const recent = Array.from({ length: 60 }, (_, i) => totp({ secret: SECRET, period: 1 }, { now: now - i * 1000 }));
    expect(recent).toContain(lines[1]);
    expect(recent.slice(recent.indexOf(lines[1] ?? "") + 1)).toContain(lines[0]);
  });

  it("stops at Ctrl-C with exit code 0", async () => {
    const child = start(watching);
    await once(child.stdout, "data");
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  const script = spawnSync("script", ["--version"], { encoding: "utf8" });
  const hasTerminal = /util-linux/.test(script.stdout ?? "");
  const name = "redraws on a terminal until Ctrl-C is typed, and leaves the line and the cursor in order";
  if (!hasTerminal) console.log(`skipped, because there is no util-linux script: ${name}`);

  it.runIf(hasTerminal)(name, async () => {
    const child = startInTerminal([...watching, "--period", "2"], "stty cols 40");
    let output = "";
    let typed = false;
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      // Two codes, each on the same line, were enough.
      if (!typed && new Set(output.match(/\r\d{6} /g)).size >= 2) {
        typed = true;
        child.stdin.write("\x03");
      }
    });
    const [status] = await once(child, "close");
    expect(status).toBe(0);
    expect(output.match(/\n/g)).toHaveLength(1);
    expect(shown(output)).toMatch(/\r\d{6} {2}█+░* {2}[12] s<erase>(\^C)?\r\n$/);
    expect(shown(output)).not.toContain("\x1b");
  });

  it.runIf(hasTerminal)("prints plain lines on a terminal that cannot redraw", async () => {
    const child = startInTerminal(watching, "export TERM=dumb");
    let output = "";
    let typed = false;
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      // A terminal may hand over a line in pieces.
      if (!typed && output.includes("\n")) {
        typed = true;
        child.stdin.write("\x03");
      }
    });
    const [status] = await once(child, "close");
    expect(output.replace("^C", "")).toMatch(/^(\d{6}\r\n)+$/);
    expect(status).toBe(0);
  });
});
