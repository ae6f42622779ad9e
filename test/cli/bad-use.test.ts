// Exit code 2: one line that says what is wrong and repeats nothing of what was typed.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/cli/command-line.ts";
import { explain } from "../../src/cli/run.ts";
import { expectBadUse, otpCore, SECRET } from "../support/program.ts";
import { scripted } from "../support/scripted.ts";

/** No base32, so that it is refused as a secret as well; long enough not to stand in a message by chance. */
const MARK = "K0NFIDENTIAL1";

describe("bad use: laws", () => {
  const names = ["algorithm", "digits", "period", "epoch", "steam", "counter", "at", "json", "watch", "after"].concat([
    "window",
    "drift",
    "look-ahead",
    "bytes",
    "help",
    "secret",
    "new",
    "account",
    "issuer",
    "image",
    "apple",
    "domain",
    "qr",
    "svg",
    "show-secret",
    "to-google",
    "__proto__",
    "constructor",
  ]);
  const word = fc.oneof(
    fc.constantFrom(MARK, `--${MARK}`, `-${MARK}`, `--${MARK}=${MARK}`, SECRET, "755224", "-", "--", "", "-1", "1e3"),
    fc.constantFrom(...names).map((name) => `--${name}`),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom(MARK, "", "6", "-1", "99", "SHA1"))
      .map(([n, v]) => `--${n}=${v}`),
  );
  const uris = [`otpauth://totp/a?secret=${MARK}&issuer=${SECRET}`, `otpauth-migration://offline?data=${MARK}`];
  const command = fc.constantFrom("code", "verify", "secret", "uri", "inspect", "migrate", MARK, "toString");

  it("whatever stands on the command line, it works, or one line says why not and repeats nothing (trap 79)", async () => {
    await fc.assert(
      fc.asyncProperty(
        command,
        fc.array(fc.oneof(word, fc.constantFrom(...uris)), { maxLength: 6 }),
        async (name, words) => {
          const { exitCode, complaint, output, warnings, files } = await scripted([name, ...words]);
          // A URI holds the names that it is for.
          if (name !== "uri") expect(output).not.toContain(MARK);
          expect(warnings).not.toContain(MARK);
          expect(complaint === undefined ? [0, 1] : [2]).toContain(exitCode);
          if (complaint === undefined) return;
          expect({ output, warnings, files: files.size }).toEqual({ output: "", warnings: "", files: 0 });
          expect(complaint).toMatch(/^[^\n]+$/);
          expect(complaint).not.toMatch(/unexpectedly|undefined/);
          for (const text of [MARK, SECRET, "755224"]) expect(complaint).not.toContain(text);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("bad use", () => {
  it("of the first argument lists the commands", () => {
    for (const name of [SECRET, "codes", "CODE", "", "-", "--json", "toString", "--help=1"]) {
      expectBadUse(
        otpCore([name]),
        /: the first argument must be a command: code, verify, diagnose, secret, uri, inspect, migrate, import, ocra, audit, or --help(; did you mean code\?)?\n/,
      );
    }
  });

  it("of an option suggests the nearest one or lists all, and repeats only what looks like an option", () => {
    for (const option of ["--Digits", `--${SECRET}`, "--__proto__", `--${"a".repeat(32)}`, "--\x1b[2Jx"]) {
      const run = otpCore(["code", SECRET, option]);
      expectBadUse(run, /unknown option; expected --algorithm, --digits, .*--watch, --help\n/);
      expect(run.stderr).not.toContain(SECRET);
    }
    for (const [option, message] of [
      ["--digit", "unknown option --digit; did you mean --digits?"],
      ["--digits-", "unknown option; expected --algorithm"],
      ["--algoritm=SHA1", "unknown option --algoritm; did you mean --algorithm?"],
      ["--algo", "unknown option --algo; did you mean --algorithm?"],
      ["--verb", "unknown option --verb; did you mean --verbose?"],
      ["--window", "unknown option --window; expected --algorithm, "],
      ["-z", "unknown option -z; expected --algorithm, "],
    ] as const) {
      expectBadUse(otpCore(["code", SECRET, option]), message);
    }
    expectBadUse(otpCore(["secret", "--digits", "6"]), "unknown option --digits; expected --bytes, --json, --help\n");
  });

  it("of an option without its value, or with one that it does not take", () => {
    expectBadUse(otpCore(["code", SECRET, "--digits"]), "--digits needs a value");
    expectBadUse(otpCore(["code", SECRET, "--at", "--json"]), "--at needs a value");
    expectBadUse(otpCore(["verify", SECRET, "755224", "--look-ahead"]), "--look-ahead needs a value");
    expectBadUse(otpCore(["uri", SECRET, "--account", "a", "--svg"]), "--svg needs a value");
    expectBadUse(otpCore(["uri", SECRET, "--account", "a", "--qr=a.svg"]), "--qr takes no value");
    expectBadUse(otpCore(["code", SECRET, "--json=yes"]), "--json takes no value");
  });

  it("of an option given twice: none of them wins in silence", () => {
    expectBadUse(otpCore(["code", SECRET, "--digits", "6", "--digits=8"]), "--digits is given twice");
    expectBadUse(otpCore(["code", SECRET, "--json", "--json"]), "--json is given twice");
  });

  it("of arguments behind --, which are none of the options that they look like", () => {
    expectBadUse(otpCore(["code", "--", "--digits", "-6"]), "more arguments than SECRET");
    expectBadUse(otpCore(["code", "--", "--help"]), "base32");
  });

  it("of options that would have no effect", () => {
    for (const [args, message] of [
      [["code", "--counter", "0", "--watch"], "--watch makes no sense with --counter"],
      [["code", "--counter", "0", "--period", "30"], "--period makes no sense with --counter"],
      [["code", "--counter", "0", "--epoch", "0"], "--epoch makes no sense with --counter"],
      [["code", "--counter", "0", "--at", "0"], "--at makes no sense with --counter"],
      [["code", "--counter", "0", "--steam"], "--steam makes no sense with --counter"],
      [["code", "--watch", "--at", "0"], "--at makes no sense with --watch"],
      [["verify", "--counter", "0", "--after", "0", "--", "755224"], "--after makes no sense with --counter"],
      [["verify", "--counter", "0", "--window", "0", "--", "755224"], "--window makes no sense with --counter"],
      [["verify", "--counter", "0", "--drift", "0", "--", "755224"], "--drift makes no sense with --counter"],
      [["verify", "--counter", "0", "--at", "0", "--", "755224"], "--at makes no sense with --counter"],
      [["verify", "--look-ahead", "1", "--", "755224"], "--look-ahead makes no sense without --counter"],
    ] as const) {
      expectBadUse(otpCore(args, { env: { OTP_SECRET: SECRET } }), message);
    }
  });

  const NO_NUMBERS = [
    "",
    " ",
    "six",
    "6 ",
    "6.0",
    "6,0",
    "+6",
    "1e1",
    "0x6",
    "NaN",
    "Infinity",
    "٦",
    "６",
    "6n",
    "1_0",
  ];
  const NUMBERS = {
    code: ["digits", "period", "epoch", "counter"],
    verify: ["digits", "period", "epoch", "counter", "after", "window", "drift", "look-ahead"],
    secret: ["bytes"],
    uri: ["digits", "period", "epoch", "counter"],
  };
  const PLACES = Object.entries(NUMBERS).flatMap(([name, options]) => options.map((option) => ({ name, option })));

  const given = (name: string, option: string, value: string) => {
    const counter = option === "look-ahead" ? ["--counter", "0"] : [];
    const positionals =
      { code: [SECRET], verify: [SECRET, "755224"], secret: [], uri: [SECRET, "--account=a"] }[name] ?? [];
    return [name, ...counter, `--${option}=${value}`, ...positionals];
  };

  it.each(PLACES)(
    "of $name --$option: what is no number is refused by name (trap 34, trap 65)",
    async ({ name, option }) => {
      for (const value of [...NO_NUMBERS, "1".repeat(21), "--1"]) {
        const { exitCode, complaint, output } = await scripted(given(name, option, value));
        expect({ exitCode, complaint, output }, value).toEqual({
          exitCode: 2,
          complaint: `--${option} must be a whole number`,
          output: "",
        });
      }
    },
  );

  it.each([
    { name: "code", option: "digits", values: ["-1", "0", "5", "11", "12"], range: "6 to 10" },
    { name: "code", option: "period", values: ["-1", "0", "86401"], range: "1 to 86400" },
    { name: "code", option: "epoch", values: ["-1", "8640000000001"], range: "0 to 8640000000000" },
    { name: "code", option: "counter", values: ["-1", "18446744073709551616"], range: "0 to 2^64 - 1" },
    { name: "verify", option: "counter", values: ["-1", "99999999999999999999"], range: "0 to 2^64 - 1" },
    { name: "verify", option: "after", values: ["-1", "9007199254740992"], range: "0 to 9007199254740991" },
    { name: "verify", option: "window", values: ["-1", "11", "99999999999999999999"], range: "0 to 10" },
    { name: "verify", option: "drift", values: ["-3001", "3001"], range: "-3000 to 3000" },
    { name: "verify", option: "look-ahead", values: ["-1", "101"], range: "0 to 100" },
    { name: "uri", option: "digits", values: ["-1", "5", "11"], range: "6 to 10" },
    { name: "uri", option: "period", values: ["0", "86401"], range: "1 to 86400" },
    { name: "uri", option: "counter", values: ["-1", "9007199254740992"], range: "0 to 9007199254740991" },
    { name: "secret", option: "bytes", values: ["-1", "0", "15", "1025"], range: "16 to 1024" },
  ])("of $name --$option: out of range is refused with the range (trap 48, trap 66)", async (place) => {
    for (const value of place.values) {
      const { exitCode, complaint, output } = await scripted(given(place.name, place.option, value));
      expect({ exitCode, output }, value).toEqual({ exitCode: 2, output: "" });
      expect(complaint, value).toMatch(
        new RegExp(`^--${place.option} must be .*from ${place.range.replace("^", "\\^")}$`),
      );
    }
  });

  it("of a number is the same in the built command, joined or not", () => {
    expectBadUse(otpCore(["code", SECRET, "--digits", "12"]), "--digits must be an integer from 6 to 10");
    expectBadUse(otpCore(["code", SECRET, "--counter", "-1"]), "--counter must be from 0 to 2^64 - 1");
    expectBadUse(otpCore(["code", SECRET, "--counter=-1"]), "--counter must be from 0 to 2^64 - 1");
    expectBadUse(otpCore(["secret", "--bytes", "15"]), "--bytes must be an integer from 16 to 1024");
  });

  it("of the algorithm: none becomes another in silence (trap 45, trap 72)", () => {
    for (const algorithm of ["MD5", "sha2", "SHA-224", "SHA1 ", ""]) {
      expectBadUse(
        otpCore(["code", SECRET, `--algorithm=${algorithm}`]),
        "--algorithm must be the name of SHA-1, SHA-256 or SHA-512",
      );
    }
  });

  it("of Steam's encoder with digits or a hash of one's own", () => {
    expectBadUse(otpCore(["code", SECRET, "--steam", "--digits", "6"]), "--digits must be 5 or left out");
    expectBadUse(
      otpCore(["code", SECRET, "--steam", "--algorithm", "SHA256"]),
      '--algorithm must be "SHA1" or left out',
    );
  });
});

describe("the line on standard error", () => {
  it("holds nothing of an error that is not ours", () => {
    expect(explain(new TypeError(`${MARK} of undefined`))).toBe("failed unexpectedly (TypeError)");
    expect(explain(MARK)).toBe("failed unexpectedly (string)");
    expect(explain(new UsageError("as it is"))).toBe("as it is");
  });
});
