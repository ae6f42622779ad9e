// `otp-core secret`, and the three places that a secret may come from.
import { decodeBase32 } from "otp-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { explain, run } from "../../src/cli/run.ts";
import { expectBadUse, otpCore, printed, SECRET } from "../support/program.ts";
import { NOTHING, scripted } from "../support/scripted.ts";

const OTHER = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const first = ["--counter", "0"];

describe("otp-core secret", () => {
  it("makes a new secret of 20 bytes each time", () => {
    const secrets = [otpCore(["secret"]), otpCore(["secret"])].map(({ status, stdout, stderr }) => {
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(/^[A-Z2-7]{32}\n$/);
      return stdout;
    });
    expect(secrets[0]).not.toBe(secrets[1]);
  });

  it("--bytes says how long", () => {
    for (const bytes of [16, 32, 64, 1024]) {
      expect(decodeBase32(otpCore(["secret", "--bytes", `${bytes}`]).stdout.trim())).toHaveLength(bytes);
    }
  });

  it("--json prints one object on one line", () => {
    const { stdout } = otpCore(["secret", "--json", "--bytes=32"]);
    expect(stdout).toMatch(/^\{"secret":"[A-Z2-7]{52}","bytes":32\}\n$/);
  });

  it("makes what the other commands take", () => {
    const { stdout } = otpCore(["secret"]);
    expect(otpCore(["code", "-"], { input: stdout }).stdout).toMatch(/^\d{6}\n$/);
  });

  describe("where the generator is not a global, as on Node 18", () => {
    afterEach(() => vi.unstubAllGlobals());

    it("takes the one of node:crypto", async () => {
      vi.stubGlobal("crypto", undefined);
      expect((await scripted(["secret"])).output).toMatch(/^[A-Z2-7]{32}\n$/);
    });

    it("says so when it fails, in one line (trap 41)", async () => {
      vi.stubGlobal("crypto", { getRandomValues: () => undefined });
      expect(await scripted(["secret"])).toMatchObject({
        exitCode: 2,
        output: "",
        complaint: "crypto.getRandomValues is missing or failed",
      });
    });
  });
});

describe("the secret", () => {
  it("is an argument", () => {
    expect(otpCore(["code", SECRET, ...first])).toEqual(printed("755224\n"));
  });

  it("or the first line of standard input, for -", () => {
    for (const input of [SECRET, `${SECRET}\n`, `  ${SECRET}\r\n`, `\ufeff${SECRET}\n`, `${SECRET}\n${OTHER}\n`]) {
      expect(otpCore(["code", "-", ...first], { input })).toEqual(printed("755224\n"));
    }
    expect(otpCore(["verify", "-", "755224", ...first], { input: `${SECRET}\n` }).status).toBe(0);
  });

  it("or the variable OTP_SECRET, when there is no argument", () => {
    for (const value of [SECRET, ` ${SECRET}\n`]) {
      const env = { OTP_SECRET: value };
      expect(otpCore(["code", ...first], { env })).toEqual(printed("755224\n"));
      expect(otpCore(["verify", "755224", ...first], { env }).status).toBe(0);
    }
  });

  it("the argument wins over the variable, and so does standard input", () => {
    const env = { OTP_SECRET: OTHER };
    expect(otpCore(["code", SECRET, ...first], { env }).stdout).toBe("755224\n");
    expect(otpCore(["code", "-", ...first], { env, input: SECRET }).stdout).toBe("755224\n");
    expect(otpCore(["verify", SECRET, "755224", ...first], { env }).status).toBe(0);
    expect(otpCore(["code", ...first], { env }).stdout).not.toBe("755224\n");
  });

  it("standard input is read no further than its first line", async () => {
    expect((await scripted(["code", "-", ...first], { input: [SECRET.slice(0, 9), SECRET.slice(9)] })).output).toBe(
      "755224\n",
    );
    async function* endless() {
      yield `${SECRET}\n`;
      throw new Error("read on");
    }
    expect(await run(["code", "-"], { ...NOTHING, input: endless() })).toBe(0);
  });

  it("missing, twice, empty or endless is bad use", async () => {
    expectBadUse(otpCore(["code"]), /secret is missing: .*OTP_SECRET/);
    expectBadUse(otpCore(["code", SECRET, SECRET]), "more arguments than SECRET");
    expectBadUse(otpCore(["verify"]), "SECRET or CODE is missing");
    expectBadUse(otpCore(["verify"], { env: { OTP_SECRET: SECRET } }), "SECRET or CODE is missing");
    expectBadUse(otpCore(["verify", SECRET]), "SECRET or CODE is missing");
    expectBadUse(otpCore(["verify", SECRET, "755", "224"]), "more arguments than SECRET and CODE; quote");
    expectBadUse(otpCore(["secret", "mine"]), "secret takes no arguments");
    expectBadUse(otpCore(["code", ""]), "the secret must be one byte or more");
    expectBadUse(otpCore(["code", " -- "]), "the secret must be one byte or more");
    expectBadUse(otpCore(["code", "-"]), "the secret must be one byte or more");
    expectBadUse(otpCore(["code"], { env: { OTP_SECRET: "" } }), "the secret must be one byte or more");
    expectBadUse(otpCore(["code", "-"], { input: "A".repeat(4097) }), "first line of standard input is over 4096");
    // The last secret that is read whole: nothing is cut off in silence.
    expect((await scripted(["code", "-"], { input: ["A".repeat(4096), "\n"] })).exitCode).toBe(0);
    expect((await scripted(["code", "-"], { input: ["A".repeat(4096), "A\n"] })).exitCode).toBe(2);
  });

  it("that cannot be read is bad use", async () => {
    const input = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("EISDIR")) }),
    };
    const error = await run(["code", "-"], { ...NOTHING, input }).catch(explain);
    expect(error).toBe("standard input cannot be read");
  });

  it("that is no base32 is refused with the place", () => {
    expectBadUse(otpCore(["code", "GEZDGNB1GY3TQOJQ"]), /at index 7\b/);
    expectBadUse(otpCore(["code", "GEZDGNBVGY3TQOJQA"]), /a length that bytes have, not 17\n/);
    expectBadUse(otpCore(["verify", "-", "123456"], { input: "ÄÖÜ\n" }), /at index 0\b/);
  });
});
