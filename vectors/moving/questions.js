// What the libraries are asked: the ways in which people store secrets with them, and what they answer to codes that were typed.
import { appCode } from "./app.js";

const NOW = 1_700_000_010_000;
const RFC_ASCII = "12345678901234567890";
const RFC_HEX = "3132333435363738393031323334353637383930";
const RFC_BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/** As otplib 12 makes them when not told otherwise: ten bytes, the eighth bit of each lost. */
const SEVEN_BITS = "KVFBG7RMAFUDW5YN";
const BYTES_31 = "00112233445566778899aabbccddeeff0123456789abcdeffedcba98765432";
const base32Of = { 31: "AAISEM2EKVTHPCEZVK54ZXPO74ASGRLHRGV433763S5JQ5SUGI" };

const totpRow = (what, call, secret, format, other = {}) => {
  const row = { what, call, secret, format, algorithm: "SHA1", digits: 6, period: 30, epoch: 0, now: NOW };
  return { ...row, ...other };
};
const hotpRow = (what, call, secret, format, other = {}) => {
  const row = { what, call, secret, format, algorithm: "SHA1", digits: 6, counter: 7 };
  return { ...row, ...other };
};
const SHA256 = { algorithm: "SHA256" };
const SHA512 = { algorithm: "SHA512" };

export const totp = {
  "otplib-12": [
    totpRow("20 bytes", "authenticator", RFC_BASE32, "base32"),
    totpRow("the ten bytes of its own generateSecret", "authenticator", SEVEN_BITS, "base32"),
    totpRow("eight digits, 60 seconds", "authenticator", RFC_BASE32, "base32", { digits: 8, period: 60 }),
    totpRow("lower case", "authenticator", RFC_BASE32.toLowerCase(), "base32"),
    totpRow("bits to spare in the last character", "authenticator", "GEZDGNBVGY3TQOJQGEZDGNBVG7", "base32"),
    totpRow("a space is read as the letter A", "authenticator", "GEZD GNBV GY3T QOJQ", "base32"),
    totpRow("fewer than ten bytes are repeated", "authenticator", "GEZDGNBVGY", "base32"),
    totpRow("SHA-256, 16 bytes or more", "authenticator", RFC_BASE32, "base32", SHA256),
    totpRow("SHA-256, fewer than 16 bytes are repeated", "authenticator", SEVEN_BITS, "base32", SHA256),
    totpRow("SHA-512, fewer than 32 bytes are repeated", "authenticator", RFC_BASE32, "base32", SHA512),
    totpRow("SHA-512, 31 bytes are repeated to 62", "authenticator", base32Of[31], "base32", SHA512),
    totpRow("SHA-512, 32 bytes", "authenticator", `${"GEZDGNBVGY3TQOJQ".repeat(3)}GEZA`, "base32", SHA512),
    totpRow("letters, 20 or more", "totp", RFC_ASCII, "ascii"),
    totpRow("letters, fewer than 20 are repeated", "totp", "kept secret", "ascii"),
    totpRow("letters, fewer than 32 are repeated for SHA-256", "totp", RFC_ASCII, "ascii", SHA256),
    totpRow("letters, fewer than 64 are repeated for SHA-512", "totp", RFC_ASCII, "ascii", SHA512),
    totpRow("letters that are no ASCII lose their high bits", "totp", "clé très secrète № 1", "ascii"),
    totpRow("letters as UTF-8", "totp", "clé très secrète № 1", "utf8"),
    totpRow("hex", "totp", RFC_HEX, "hex"),
    totpRow("hex, 31 bytes for SHA-512", "totp", BYTES_31, "hex", SHA512),
    totpRow("base64", "totp", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", "base64"),
  ],
  "otplib-13": [
    totpRow("base32", "totp", RFC_BASE32, "base32"),
    totpRow("base32 in lower case", "totp", RFC_BASE32.toLowerCase(), "base32"),
    totpRow("fewer than 16 bytes, which it lets pass when told", "totp", SEVEN_BITS, "base32"),
    totpRow("SHA-256, not repeated", "totp", RFC_BASE32, "base32", SHA256),
    totpRow("SHA-512, eight digits", "totp", RFC_BASE32, "base32", { ...SHA512, digits: 8 }),
    totpRow("bytes, period and T0", "totp", RFC_HEX, "hex", { period: 60, epoch: 1_000_000_000 }),
  ],
  speakeasy: [
    totpRow("letters, which it takes by default", "totp", "Dz?}Vb(Q1:XrEw4PjGq7)sKm!cA2^L$f", "ascii"),
    totpRow("base32", "totp", RFC_BASE32, "base32"),
    totpRow("base32 in lower case", "totp", RFC_BASE32.toLowerCase(), "base32"),
    totpRow("base32 without saying so: its letters are the key", "totp", RFC_BASE32, "ascii"),
    totpRow("a space in base32 is read as the letter A", "totp", "GEZD GNBV GY3T QOJQ", "base32"),
    totpRow("bits to spare become a byte", "totp", "GEZDGNBVGY3TQOJQGEZDGNBVG7", "base32"),
    totpRow("a length that bytes do not have", "totp", "GEZDGNBVGY3TQOJQGEZDGNBVG", "base32"),
    totpRow("hex, SHA-256", "totp", RFC_HEX, "hex", SHA256),
    totpRow("SHA-512, eight digits, not repeated", "totp", RFC_ASCII, "ascii", { ...SHA512, digits: 8 }),
    totpRow("60 seconds from a T0 on", "totp", RFC_ASCII, "ascii", { period: 60, epoch: 1_000_000_000 }),
  ],
  otpauth: [
    totpRow("base32", "TOTP", RFC_BASE32, "base32"),
    totpRow("base32 with spaces, in lower case, padded", "TOTP", "gezd gnbv gy3t qoj=", "base32"),
    totpRow("bits to spare in the last character", "TOTP", "GEZDGNBVGY3TQOJQGEZDGNBVG7", "base32"),
    totpRow("hex, SHA-256", "TOTP", RFC_HEX, "hex", SHA256),
    totpRow("Latin-1, SHA-512, eight digits", "TOTP", "clé très secrète 1", "latin1", { ...SHA512, digits: 8 }),
    totpRow("UTF-8, 60 seconds", "TOTP", "clé très secrète № 1", "utf8", { period: 60 }),
  ],
  notp: [
    totpRow("letters", "totp", RFC_ASCII, "utf8"),
    totpRow("letters that are no ASCII", "totp", "clé très secrète № 1", "utf8"),
    totpRow("base32 that was never decoded: its letters are the key", "totp", RFC_BASE32, "utf8"),
    totpRow("60 seconds", "totp", RFC_ASCII, "utf8", { period: 60 }),
  ],
  oslo: [
    totpRow("bytes", "generateTOTP", RFC_HEX, "hex"),
    totpRow("eight digits, 60 seconds", "generateTOTP", RFC_HEX, "hex", { digits: 8, period: 60 }),
    totpRow("31 bytes", "generateTOTP", BYTES_31, "hex"),
  ],
};

const BEYOND_31_BITS = [2 ** 31, 2 ** 32 + 5, 2 ** 40 + 2 ** 31 + 1].map((counter) => ({ counter }));

export const hotp = {
  "otplib-12": [
    hotpRow("letters, few, not repeated", "hotp", "kept secret", "ascii"),
    hotpRow("hex, SHA-512, not repeated", "hotp", RFC_HEX, "hex", SHA512),
    ...BEYOND_31_BITS.map((counter) => hotpRow("a long counter", "hotp", RFC_ASCII, "ascii", counter)),
  ],
  "otplib-13": [
    hotpRow("base32, SHA-512", "hotp", RFC_BASE32, "base32", SHA512),
    ...BEYOND_31_BITS.map((counter) => hotpRow("a long counter", "hotp", RFC_BASE32, "base32", counter)),
  ],
  speakeasy: [
    hotpRow("base32", "hotp", RFC_BASE32, "base32"),
    hotpRow("the last counter it gets right", "hotp", RFC_ASCII, "ascii", { counter: 2 ** 31 - 1 }),
    ...BEYOND_31_BITS.map((counter) =>
      hotpRow("a counter that it cuts to 32 bits", "hotp", RFC_ASCII, "ascii", counter),
    ),
  ],
  otpauth: [
    hotpRow("hex", "HOTP", RFC_HEX, "hex"),
    hotpRow("ten digits", "HOTP", RFC_BASE32, "base32", { digits: 10 }),
    ...BEYOND_31_BITS.map((counter) => hotpRow("a long counter", "HOTP", RFC_BASE32, "base32", counter)),
  ],
  notp: [
    hotpRow("letters", "hotp", RFC_ASCII, "utf8"),
    hotpRow("the last counter it gets right", "hotp", RFC_ASCII, "utf8", { counter: 2 ** 31 - 1 }),
    ...BEYOND_31_BITS.map((counter) =>
      hotpRow("a counter that it cuts to 32 bits", "hotp", RFC_ASCII, "utf8", counter),
    ),
  ],
  oslo: [
    hotpRow("bytes, five of them", "generateHOTP", "3132333435", "hex"),
    hotpRow("bytes, more than a block", "generateHOTP", BYTES_31.repeat(3), "hex"),
    ...BEYOND_31_BITS.map((counter) => hotpRow("a long counter", "generateHOTP", RFC_HEX, "hex", counter)),
  ],
};

const code = (counter) => appCode({ secret: RFC_BASE32, format: "base32", algorithm: "SHA1", digits: 6, counter });
const STEP = 56_666_667;

/** `position` is the counter that the server expects or the step of its clock, `after` the last one that was accepted. */
const typedRow = (what, call, typed, position, options, ours, after = position - 1) => {
  return { what, call, secret: RFC_BASE32, typed, position, after, options, ours };
};
const replay = (call, options) => typedRow("the same code again", call, code(STEP), STEP, options, "replayed", STEP);

/** The first counter whose truncated value has fewer than six digits, which notp does not fill up. */
const SHORT = (() => {
  for (let counter = 0; ; counter++) {
    const value = appCode({ secret: RFC_BASE32, format: "base32", algorithm: "SHA1", digits: 10, counter });
    if (Number(value) < 100_000) return counter;
  }
})();
/** One whose code begins with a zero. */
const ZERO = (() => {
  for (let step = STEP; ; step++) if (code(step).startsWith("0")) return step;
})();

export const typed = {
  "otplib-12": [
    typedRow("a valid code", "authenticator.checkDelta", code(STEP), STEP, { window: 1 }, "ok"),
    replay("authenticator.checkDelta", { window: 1 }),
    typedRow(
      "a window below zero is one above",
      "authenticator.checkDelta",
      code(STEP - 3),
      STEP,
      { window: -3 },
      "mismatch",
      0,
    ),
  ],
  "otplib-13": [
    typedRow("a valid code", "verify totp", code(STEP), STEP, { epochTolerance: 30 }, "ok"),
    replay("verify totp", { epochTolerance: 30 }),
    typedRow("a digit too few", "verify totp", code(STEP).slice(1), STEP, {}, "malformed"),
    typedRow(
      "a used counter, with a window to both sides",
      "verify hotp",
      code(6),
      7,
      { counterTolerance: [1, 1] },
      "mismatch",
    ),
    typedRow("the next counter but one", "verify hotp", code(9), 7, { counterTolerance: 2 }, "ok"),
  ],
  speakeasy: [
    typedRow("a valid code", "totp.verifyDelta", code(STEP), STEP, { window: 1 }, "ok"),
    replay("totp.verifyDelta", { window: 1 }),
    typedRow(
      "a window of text reaches ten steps ahead",
      "totp.verifyDelta",
      code(STEP + 9),
      STEP,
      { window: "1" },
      "mismatch",
    ),
    typedRow(
      "without its leading zero, and a letter behind",
      "totp.verifyDelta",
      `${code(ZERO).slice(1)}x`,
      ZERO,
      {},
      "malformed",
    ),
    typedRow("a sign for the leading zero", "totp.verifyDelta", `+${code(ZERO).slice(1)}`, ZERO, {}, "malformed"),
    typedRow("a space for the leading zero", "totp.verifyDelta", ` ${code(ZERO).slice(1)}`, ZERO, {}, "malformed"),
    typedRow("the next counter but one", "hotp.verifyDelta", code(9), 7, { window: 2 }, "ok"),
  ],
  otpauth: [
    typedRow("a valid code, for which it answers 0", "TOTP.validate", code(STEP), STEP, {}, "ok"),
    replay("TOTP.validate", {}),
    typedRow(
      "digits of another script",
      "TOTP.validate",
      "\uff11\uff12\uff13\uff14\uff15\uff16",
      STEP,
      {},
      "malformed",
    ),
    typedRow("a used counter", "HOTP.validate", code(6), 7, {}, "mismatch"),
    typedRow("the next counter", "HOTP.validate", code(8), 7, {}, "ok"),
  ],
  notp: [
    typedRow("a valid code", "totp.verify", code(STEP), STEP, { window: 1 }, "ok"),
    replay("totp.verify", { window: 1 }),
    typedRow("no window is one of 50 steps", "totp.verify", code(STEP - 50), STEP, { window: 0 }, "mismatch", 0),
    typedRow("a used counter", "hotp.verify", code(6), 7, { window: 1 }, "mismatch"),
    typedRow("a valid code that begins with a zero it lost", "hotp.verify", code(SHORT), SHORT, { window: 1 }, "ok"),
  ],
  oslo: [
    typedRow("a valid code", "verifyTOTP", code(STEP), STEP, {}, "ok"),
    replay("verifyTOTP", {}),
    typedRow("the step before", "verifyTOTPWithGracePeriod", code(STEP - 1), STEP, { gracePeriod: 30 }, "ok", STEP - 2),
    typedRow("no look-ahead", "verifyHOTP", code(8), 7, {}, "ok"),
  ],
};
