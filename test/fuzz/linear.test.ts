// Twice the length takes about twice the time: what a stranger sends may be long, and never slow for its length. Two lengths are
// measured in turns in one run, so what else the machine does weighs on both.
import { decodeBase32, inspectUri, parseMigration, parseUri } from "otp-core";
import { describe, expect, it } from "vitest";
import { best } from "../support/time-ratio.ts";

const SECRET = "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const filled =
  (start: string, piece: string, end = "") =>
  (length: number) => {
    const room = length - start.length - end.length;
    // Whole pieces only: half an escape would be another case.
    return start + piece.repeat(Math.floor(room / piece.length)) + piece.slice(-1).repeat(room % piece.length) + end;
  };
const numbered = (start: string, write: (i: number) => string) => (length: number) => {
  let text = start;
  for (let i = 0; text.length < length; i++) text += write(i);
  return text.slice(0, length);
};

/** Of each length once: many of everything that is looked for, and long runs of what is skipped. */
const INPUTS: Readonly<Record<string, (length: number) => string>> = {
  "many &": filled("otpauth://totp/a?", "&"),
  "many parameters without a value": numbered("otpauth://totp/a?", (i) => `x${i}&`),
  "many parameters": numbered(`otpauth://totp/a?${SECRET}`, (i) => `&x${i}=`),
  "many alike": filled(`otpauth://totp/a?${SECRET}&`, "a&"),
  "many =": filled(`otpauth://totp/a?${SECRET}&x`, "="),
  "many %": filled(`otpauth://totp/a?${SECRET}&x=`, "%"),
  "many escapes": filled("otpauth://totp/", "%41", `?${SECRET}`),
  "many escapes of UTF-8": filled(`otpauth://totp/a?${SECRET}&x=`, "%c3%9f"),
  "many escapes, the last one wrong": filled(`otpauth://totp/a?${SECRET}&x=`, "%41", "%ff"),
  "many colons": filled("otpauth://totp/a", ":", `?${SECRET}`),
  "many spaces in the label": filled("otpauth://totp/a:", " ", `b?${SECRET}`),
  "many spaces in the secret": filled("otpauth://totp/a?secret=", " ", "A"),
  "a long secret": filled("otpauth://totp/a?secret=", "A"),
  "many padding signs": filled("otpauth://totp/a?secret=", "A=", "A"),
  "a long number": filled(`otpauth://totp/a?${SECRET}&digits=`, "9"),
  "a long name": filled(`otpauth://totp/a?${SECRET}&issuer=`, "ß"),
};

const quiet = (call: (input: string) => unknown) => (input: string) => {
  try {
    return call(input);
  } catch (error) {
    return error;
  }
};

describe.each(Object.entries(INPUTS))("%s", (_, write) => {
  // 2 would be linear and 4 the square.
  it("takes parseUri and inspectUri twice as long when it is twice as long", () => {
    expect(write(2048)).toHaveLength(2048);
    for (const call of [quiet(parseUri), inspectUri]) {
      expect(best(call, write(1024), write(2048), 3)).toBeLessThan(3);
    }
  });
});

// 8 would be linear and 64 the square.
const MIGRATION = "otpauth-migration://offline?data=";
it.each([
  ["parseMigration: bytes", quiet(parseMigration), filled(MIGRATION, "A")],
  ["parseMigration: fields", quiet(parseMigration), filled(MIGRATION, "SABI")],
  ["parseMigration: empty accounts", quiet(parseMigration), filled(MIGRATION, "CgAK")],
  ["parseMigration: escapes", quiet(parseMigration), filled(MIGRATION, "%41")],
  ["parseMigration: padding", quiet(parseMigration), filled(MIGRATION, "=")],
  ["parseMigration: spaces", quiet(parseMigration), filled(MIGRATION, " ")],
  ["parseMigration: varints that do not end", quiet(parseMigration), filled(MIGRATION, "gICA")],
  ["parseMigration: text of another kind", quiet(parseMigration), filled("", "otpauth-migration://offline")],
  ["inspectUri: spaces", inspectUri, filled("", " ")],
  ["inspectUri: spaces behind", inspectUri, filled("otpauth://totp/a", " ")],
  ["inspectUri: too long", inspectUri, filled("otpauth://totp/a?", "&a=")],
  ["parseUri: spaces inside", quiet(parseUri), filled("otpauth://totp/", " ", "x")],
  ["decodeBase32: text", decodeBase32, filled("", "A")],
  ["decodeBase32: spaces", decodeBase32, filled("", " ")],
  ["decodeBase32: padding", decodeBase32, filled("", "=")],
  ["decodeBase32: padding inside", quiet(decodeBase32), filled("", "=", "A")],
])("%s: eight times the length, about eight times the time", (_, call, write) => {
  expect(best(call, write(4096), write(32_768), 24)).toBeLessThan(24);
});
