// `otp-core diagnose`: why a code is not accepted, in one sentence.
import { encodeBase32, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { SECRET } from "../support/program.ts";
import { scripted } from "../support/scripted.ts";

const now = 1_700_000_010_000;
const run = (code: string, ...more: string[]) => scripted(["diagnose", SECRET, code, ...more], { now });

describe("otp-core diagnose", () => {
  it("says how far a clock is off, and in which direction", async () => {
    const code = (steps: number) => totp({ secret: SECRET }, { now: now + steps * 30_000 });
    expect(await run(code(-13))).toMatchObject({
      output: "Valid 13 steps ago: a clock is 6.5 minutes off.\n",
      exitCode: 0,
    });
    expect((await run(code(2), "--steps", "2")).output).toBe("Valid 2 steps ahead: a clock is 60 seconds off.\n");
    expect((await run(code(0))).output).toMatch(/^The code is valid now\./);
    expect(await run(code(-13), "--steps", "12")).toMatchObject({ exitCode: 1 });
    expect((await run(code(-13), "--at", "now-390s")).output).toMatch(/^The code is valid now\./);
  });

  it("says which parameter the app ignores", async () => {
    const code = totp({ secret: SECRET }, { now });
    expect((await run(code, "--algorithm", "sha-256")).output).toBe(
      "Valid as SHA1: the app ignores algorithm of the key.\n",
    );
    expect((await run(code, "--digits", "8")).output).toBe("Valid as digits 6: the app ignores digits of the key.\n");
    const uri = `otpauth://totp/A:a?secret=${SECRET}&algorithm=SHA512&digits=8`;
    expect((await scripted(["diagnose", uri, code], { now })).output).toBe(
      "Valid as SHA1, digits 6: the app ignores algorithm and digits of the key.\n",
    );
  });

  it("says how the app read the secret", async () => {
    const ascii = totp({ secret: encodeBase32(Buffer.from(SECRET)) }, { now });
    expect((await run(ascii)).output).toBe("Valid if the secret is read as ASCII: it was imported as text.\n");
  });

  it("says that it found no cause, and ends with 1", async () => {
    expect(await run("12345", "--json")).toMatchObject({ output: '{"diagnosis":null}\n', exitCode: 1 });
    expect((await run("12345")).output).toBe("No cause found. The code is of another key, or it is mistyped.\n");
  });

  it("refuses HOTP, and a missing argument", async () => {
    const uri = `otpauth://hotp/A:a?secret=${SECRET}&counter=1`;
    expect((await scripted(["diagnose", uri, "755224"])).complaint).toBe("diagnose needs a TOTP key");
    expect((await scripted(["diagnose", SECRET])).complaint).toMatch(/^SECRET or CODE is missing/);
    expect((await scripted(["diagnose", SECRET, "755", "224"])).complaint).toMatch(/^there are more arguments/);
    expect((await run("755224", "--counter", "1")).complaint).toMatch(/^unknown option --counter/);
    expect((await run("755224", "--steps", "3001")).complaint).toBe("--steps must be an integer from 0 to 3000");
  });
});
