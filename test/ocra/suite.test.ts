import fc from "fast-check";
import { parseSuite } from "otp-core/ocra";
import { describe, expect, it } from "vitest";
import { arbitrarySuite, suiteText } from "../support/arbitrary-suites.ts";
import { refusal } from "../support/refusal.ts";

describe("parseSuite", () => {
  it("reads whatever can be written", () => {
    fc.assert(
      fc.property(arbitrarySuite, (suite) => {
        expect(parseSuite(suiteText(suite))).toEqual(suite);
      }),
    );
  });

  it("accepts no text with one character more, less or changed, unless it is another suite (OCRA 7)", () => {
    const changed = fc.tuple(
      arbitrarySuite,
      fc.nat(),
      fc.constantFrom("delete", "insert", "replace"),
      fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(changed, ([suite, place, kind, character]) => {
        const text = suiteText(suite);
        const at = place % text.length;
        const other =
          text.slice(0, at) + (kind === "delete" ? "" : character) + text.slice(kind === "insert" ? at : at + 1);
        let parsed: ReturnType<typeof parseSuite>;
        try {
          parsed = parseSuite(other);
        } catch (error) {
          expect(error).toEqual(refusal("invalid-argument", "suite"));
          return;
        }
        // Only the length of a challenge may be spelt in two ways.
        const spelt = (value: string) => value.replace(/(?<=Q[ANH])0/, "");
        expect(spelt(suiteText(parsed))).toBe(spelt(other));
      }),
    );
  });

  it("reads the examples of RFC 6287 section 6.4", () => {
    expect(parseSuite("OCRA-1:HOTP-SHA512-8:C-QN08-PSHA1")).toEqual({
      algorithm: "SHA512",
      digits: 8,
      counter: true,
      challenge: { format: "N", length: 8 },
      pin: "SHA1",
      session: null,
      period: null,
    });
    expect(parseSuite("OCRA-1:HOTP-SHA256-6:QA10-T1M")).toMatchObject({
      challenge: { format: "A", length: 10 },
      period: 60,
    });
    expect(parseSuite("OCRA-1:HOTP-SHA1-4:QH8-S512")).toMatchObject({
      challenge: { format: "H", length: 8 },
      session: 512,
    });
  });

  it("counts time steps in seconds, minutes and hours (OCRA 5)", () => {
    const period = (unit: string) => parseSuite(`OCRA-1:HOTP-SHA1-6:QN08-T${unit}`).period;
    expect(["1S", "59S", "1M", "59M", "1H", "48H"].map(period)).toEqual([1, 59, 60, 3540, 3600, 172_800]);
  });

  it.each([
    ["", "nothing"],
    ["OCRA-1:HOTP-SHA1-6", "no data input"],
    ["OCRA-1:HOTP-SHA1-6:", "an empty data input"],
    ["OCRA-2:HOTP-SHA1-6:QN08", "another version"],
    ["ocra-1:hotp-sha1-6:qn08", "lower case, which would sign other bytes"],
    ["OCRA-1:HOTP-MD5-6:QN08", "another hash"],
    ["OCRA-1:HOTP-SHA1-3:QN08", "three digits"],
    ["OCRA-1:HOTP-SHA1-11:QN08", "eleven digits"],
    ["OCRA-1:HOTP-SHA1-06:QN08", "digits with a leading zero"],
    ["OCRA-1:HOTP-SHA1-6:C", "no challenge"],
    ["OCRA-1:HOTP-SHA1-6:QN08-C", "another order"],
    ["OCRA-1:HOTP-SHA1-6:QN08-T1M-PSHA1", "time before the PIN"],
    ["OCRA-1:HOTP-SHA1-6:QB08", "another format"],
    ["OCRA-1:HOTP-SHA1-6:QN03", "a challenge of 3"],
    ["OCRA-1:HOTP-SHA1-6:QN65", "a challenge of 65"],
    ["OCRA-1:HOTP-SHA1-6:QN008", "a challenge length of three digits"],
    ["OCRA-1:HOTP-SHA1-6:QN08-P", "a PIN without its hash"],
    ["OCRA-1:HOTP-SHA1-6:QN08-S", "a session without its length"],
    ["OCRA-1:HOTP-SHA1-6:QN08-S000", "a session of nothing"],
    ["OCRA-1:HOTP-SHA1-6:QN08-S513", "a session of 513 bytes"],
    ["OCRA-1:HOTP-SHA1-6:QN08-S64", "a session length of two digits"],
    ["OCRA-1:HOTP-SHA1-6:QN08-T", "time without its step"],
    ["OCRA-1:HOTP-SHA1-6:QN08-T0H", "a step of no time (erratum 3729)"],
    ["OCRA-1:HOTP-SHA1-6:QN08-T60S", "a step of 60 seconds"],
    ["OCRA-1:HOTP-SHA1-6:QN08-T60M", "a step of 60 minutes"],
    ["OCRA-1:HOTP-SHA1-6:QN08-T49H", "a step of 49 hours"],
    ["OCRA-1:HOTP-SHA1-6:QN08-T1D", "a step of days"],
    ["OCRA-1:HOTP-SHA1-6:QN08 ", "a space at the end"],
    ["OCRA-1:HOTP-SHA1-6:QN08\n", "a line end"],
    [" OCRA-1:HOTP-SHA1-6:QN08", "a space in front"],
  ])("refuses %j: %s", (text) => {
    expect(() => parseSuite(text)).toThrow(refusal("invalid-argument", "suite"));
  });

  it.each([undefined, null, 5, {}, ["OCRA-1:HOTP-SHA1-6:QN08"], new String("OCRA-1:HOTP-SHA1-6:QN08")])(
    "refuses %o, which is not text",
    (value) => expect(() => parseSuite(value as string)).toThrow(refusal("invalid-argument", "suite")),
  );

  it.each([
    ["OCRA-1:HOTP-SHA1-6:QN03", "a challenge length of 4 to 64"],
    ["OCRA-1:HOTP-SHA1-6:QN08-S513", "a session length of 1 to 512"],
    ["OCRA-1:HOTP-SHA1-6:QN08-T60M", "a time step of 1 to 59"],
    ["OCRA-1:HOTP-SHA1-6:QN08-T49H", "a time step of 1 to 48"],
  ])("refuses %s, and says which number is out of range", (text, wanted) => {
    expect(() => parseSuite(text)).toThrow(wanted);
  });
});
