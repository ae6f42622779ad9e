// `otp-core secret`, and the three places that a secret may come from.
import { decodeBase32, hotp, totp } from "otp-core";
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

  it("or all of standard input, for -", () => {
    const wrapped = `${SECRET.slice(0, 16)}\n${SECRET.slice(16)}\n`;
    for (const input of [SECRET, `${SECRET}\n`, `  ${SECRET}\r\n`, `\ufeff${SECRET}\n`, wrapped]) {
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

  it("is never cut: every line of standard input counts (field D3)", async () => {
    const line = "JBSW Y3DP EHPK 3PXP\n";
    const at = ["--at", "1970-01-01T00:00:59Z"];
    expect((await scripted(["code", "-", ...at], { input: [line, line] })).output).toBe("503347\n");
    expect((await scripted(["code", "-", ...at], { input: [`${line}!\n`] })).exitCode).toBe(2);
    const uri = `otpauth://totp/a?secret=${SECRET}\n`;
    expect((await scripted(["code", "-"], { input: [uri, uri] })).complaint).toMatch(/has 2 lines/);
  });

  it("may be a file of the PAM module, whose other lines are not the secret (field D3)", async () => {
    const file = `${SECRET}\n" RATE_LIMIT 3 30\n" TOTP_AUTH\n22222222\n33333333\n`;
    expect((await scripted(["code", "-", ...first], { input: [file] })).output).toBe("755224\n");
  });

  it("is one line on a terminal, where nothing else is waited for", async () => {
    async function* endless() {
      yield `${SECRET}\n`;
      throw new Error("read on");
    }
    const environment = { ...NOTHING, input: endless(), inputIsTerminal: () => true };
    expect(await run(["code", "-"], environment)).toBe(0);
    expect((await scripted(["code", "-", ...first], { input: [SECRET.slice(0, 9), SECRET.slice(9)] })).output).toBe(
      "755224\n",
    );
  });

  it("may stand in a file, for @FILE", async () => {
    const disk = { "a b": `${SECRET}\n` };
    expect((await scripted(["code", "@a b", ...first], { disk })).output).toBe("755224\n");
    expect((await scripted(["verify", "@a b", "755224", ...first], { disk })).exitCode).toBe(0);
    expect((await scripted(["code", "@c", ...first], { disk })).complaint).toBe("the file behind @ cannot be read");
    const large = { disk: { large: "A".repeat(65_537) } };
    expect((await scripted(["code", "@large"], large)).complaint).toBe("the file is over 65536 characters");
  });

  it("may be hexadecimal, with --hex, and a hint says so (field D9)", async () => {
    const hex = Buffer.from("12345678901234567890").toString("hex");
    expect((await scripted(["code", hex, "--hex", ...first])).output).toBe("755224\n");
    expect((await scripted(["code", hex, ...first])).complaint).toMatch(/--hex reads hexadecimal$/);
    for (const text of ["", "0x", "123", "12 3g", SECRET]) {
      expect((await scripted(["code", text, "-x"])).complaint).toMatch(/pairs of hexadecimal digits$/);
    }
  });

  it("may be a key URI wherever a secret can stand (field D9)", async () => {
    const key = { secret: SECRET, algorithm: "SHA256", digits: 8, period: 60 } as const;
    const uri = `otpauth://totp/A:a?secret=${SECRET}&issuer=A&algorithm=SHA256&digits=8&period=60`;
    const code = `${totp(key, { now: 59_000 })}\n`;
    for (const argument of [uri, `QR-Code:${uri}`, ` ${uri}\n`, uri.replace("otpauth", "OTPAUTH")]) {
      expect((await scripted(["code", argument, "--at", "59s"])).output, argument).toBe(code);
    }
    expect((await scripted(["code", "-", "--at", "59s"], { input: [`QR-Code:${uri}\n`] })).output).toBe(code);
    expect((await scripted(["code", "--at", "59s"], { env: { OTP_SECRET: uri } })).output).toBe(code);
    expect((await scripted(["verify", uri, code.trim(), "--at", "59s"])).exitCode).toBe(0);
    const hotpUri = `otpauth://hotp/A:a?secret=${SECRET}&counter=7`;
    expect((await scripted(["code", hotpUri])).output).toBe(`${hotp({ secret: SECRET }, 7)}\n`);
    expect((await scripted(["code", hotpUri, "--counter", "9"])).output).toBe(`${hotp({ secret: SECRET }, 9)}\n`);
    expect((await scripted(["verify", hotpUri, hotp({ secret: SECRET }, 8)])).output).toMatch(/next counter is 9/);
  });

  it("as a key URI says everything about the key, and says what could change its codes", async () => {
    const uri = `otpauth://totp/A:a?secret=${SECRET}`;
    for (const option of ["--digits=8", "--algorithm=SHA1", "--period=30", "--epoch=0", "--steam", "--hex"]) {
      const name = option.replace(/=.*/, "");
      expect((await scripted(["code", uri, option])).complaint).toBe(`${name} makes no sense with a key URI`);
    }
    expect((await scripted(["code", uri, "--counter=1"])).complaint).toBe(
      "--counter makes no sense with a key URI of TOTP",
    );
    const hotpUri = `otpauth://hotp/A:a?secret=${SECRET}`;
    for (const option of ["--at=59s", "--watch"]) {
      const name = option.replace(/=.*/, "");
      expect((await scripted(["code", hotpUri, option])).complaint).toBe(`${name} makes no sense with a HOTP key`);
    }
    expect((await scripted(["code", hotpUri])).warnings).toMatch(/^error: counter must be given .*\[missing-counter\]/);
    expect((await scripted(["code", `${uri}&amp;digits=8`])).warnings).toMatch(/^warning: .*\[parameter-spelling\]/);
    expect((await scripted(["code", `${uri}&digts=8`])).complaint).toMatch(
      /^the key URI is not readable: digits must be/,
    );
    expect((await scripted(["code", "otpauth-migration://offline?data=AA"])).complaint).toMatch(
      /otp-core migrate reads it$/,
    );
    expect((await scripted(["code", "https://example.com"])).complaint).toMatch(/^the key URI is not readable/);
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
    expectBadUse(otpCore(["code", "-"], { input: "A".repeat(65_537) }), "standard input is over 65536 characters");
    // The last secret that is read whole: nothing is cut off in silence.
    expect((await scripted(["code", "-"], { input: ["A".repeat(65_528), "\n"] })).exitCode).toBe(0);
    expect((await scripted(["code", "-"], { input: ["A".repeat(65_528), "AAAAAAAA\n"] })).exitCode).toBe(2);
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
    expectBadUse(otpCore(["code", "GEZDGNBVGY3TQOJQA"]), /a length that bytes have, not 17 characters\n/);
    expectBadUse(otpCore(["verify", "-", "123456"], { input: "ÄÖÜ\n" }), /at index 0\b/);
  });
});
