// CSV files as tokens come with them. An entry is read where it is certain, and named where it is not.
import fc from "fast-check";
import { encodeBase32 } from "otp-core";
import { importCsv } from "otp-core/tokens";
import { describe, expect, it } from "vitest";
import { readRows } from "../../src/tokens/csv/rows.ts";
import { refusal } from "../support/refusal.ts";

const SEED = Buffer.from("12345678901234567890");
const HEX = SEED.toString("hex");
const BASE32 = encodeBase32(SEED);
const BASE64 = SEED.toString("base64");
const file = (...lines: readonly string[]) => `${lines.join("\n")}\n`;
const totp = (period: number, more: object = {}) => ({
  type: "totp",
  secret: BASE32,
  algorithm: "SHA1",
  digits: 6,
  period,
  ...more,
});
const hotp = (counter: number, more: object = {}) => ({
  type: "hotp",
  secret: BASE32,
  algorithm: "SHA1",
  digits: 6,
  counter,
  ...more,
});

describe("a file with a header", () => {
  it("of Token2 and Azure is read", async () => {
    const text = file(
      "upn,serial number,secret key,time interval,manufacturer,model",
      `alice@example.com,60234567,${BASE32.toLowerCase()},30,Token2,c101`,
      `,60234568,${BASE32},60,Token2,miniOTP-2`,
    );
    expect(await importCsv(text)).toEqual({
      keys: [
        {
          key: totp(30),
          serial: "60234567",
          manufacturer: "Token2",
          model: "c101",
          drift: 0,
          startsAt: null,
          expiresAt: null,
        },
        {
          key: totp(60),
          serial: "60234568",
          manufacturer: "Token2",
          model: "miniOTP-2",
          drift: 0,
          startsAt: null,
          expiresAt: null,
        },
      ],
      ocra: [],
      skipped: [],
    });
  });

  it.each([
    ["Serial Number;Seed (HEX);Type;Digits;Time Step", `7;${HEX};TOTP;8;60`, totp(60, { digits: 8 })],
    ["SN\tSeed\tOTP Type\tCounter", `7\t${HEX}\tOATH-HOTP\t12`, hotp(12)],
    ["serial,secret,counter", `7,${BASE64},5`, hotp(5)],
    ["serial,secret,type,period", `7,${HEX},OATHTOTP,30`, totp(30)],
    ["serial,secret,period,algorithm", `7,${HEX},30,HMACSHA512`, totp(30, { algorithm: "SHA512" })],
    ["serial_no,secret_base64,interval_seconds,hash", `7,${BASE64},30,HMAC-SHA256`, totp(30, { algorithm: "SHA256" })],
    ["token serial,key,type,period,drift", `7,${HEX},totp,30,-2`, totp(30)],
    [
      "serial,secret,algorithm,response_length,time_interval",
      `7,${HEX},urn:ietf:params:xml:ns:keyprov:pskc:totp,8,60`,
      totp(60, { digits: 8 }),
    ],
    ['"serial" , "secret" , "period"', `"7" , "${HEX}" , "30"`, totp(30)],
    ["period,secret,serial,secret", `30,${HEX},7,?`, totp(30)],
  ])("names its columns in its own way: %s", async (header, line, key) => {
    const { keys, skipped } = await importCsv(file(header, line));
    expect(skipped).toEqual([]);
    expect(keys).toMatchObject([{ key, serial: "7" }]);
  });

  it("may hold OCRA secrets", async () => {
    const suite = "OCRA-1:HOTP-SHA256-8:QN08-T1M";
    const text = file("serial,secret,type,suite,vendor", `7,${HEX},ocra,${suite},Feitian`, `8,${HEX},ocra,,`);
    const { ocra, skipped } = await importCsv(text);
    expect(ocra).toEqual([{ suite, secret: BASE32, counter: null, serial: "7", manufacturer: "Feitian" }]);
    expect(skipped).toEqual([{ at: 3, serial: "8", reason: "algorithm" }]);
  });

  it.each([
    ["type", "serial,secret", `7,${HEX}`],
    ["type", "serial,secret,period,counter", `7,${HEX},30,0`],
    ["type", "serial,secret,period,counter", `7,${HEX},,`],
    ["type", "serial,secret,type,period", `7,${HEX},mOTP,30`],
    ["type", "serial,secret,type,period", `7,${HEX},xtotp,30`],
    ["type", "serial,secret,type,period", `7,${HEX},totp2,30`],
    ["period", "serial,secret,type", `7,${HEX},totp`],
    ["period", "serial,secret,period", `7,${HEX},30s`],
    ["period", "serial,secret,period", `7,${HEX},0`],
    ["period", "serial,secret,period,drift", `7,${HEX},30,9000`],
    ["counter", "serial,secret,counter", `7,${HEX},x`],
    ["digits", "serial,secret,period,digits", `7,${HEX},30,5`],
    ["digits", "serial,secret,period,digits", `7,${HEX},30,six`],
    ["algorithm", "serial,secret,period,algorithm", `7,${HEX},30,MD5`],
    ["algorithm", "serial,secret,period,algorithm", `7,${HEX},30,PBKDF2-SHA1`],
    ["algorithm", "serial,secret,period,algorithm", `7,${HEX},30,SHA-512/256`],
    ["algorithm", "serial,secret,period", `7,${"00".repeat(32)},30`],
    ["algorithm", "serial,secret,period", `7,${"00".repeat(64)},30`],
    ["secret", "serial,secret,period", "7,,30"],
    ["secret", "serial,secret,period", `7,${HEX.slice(1)},30`],
    ["secret", "serial,secret,period", `7,${HEX.slice(0, 18)},30`],
    ["secret", "serial,seed (base32),period", `7,${HEX},30`],
    ["secret", "serial,seed (hex),period", `7,${BASE32},30`],
  ])("skips what is not certain: %s in %s", async (reason, header, line) => {
    expect(await importCsv(file(header, line))).toEqual({
      keys: [],
      ocra: [],
      skipped: [{ at: 2, serial: "7", reason }],
    });
  });

  it("skips a line with cells beyond the header, and reads one that ends early", async () => {
    const text = file("serial,secret,period,model", `7,${HEX},30,a,b`, `8,${HEX},30,a,,`, `9,${HEX},30`, "10");
    const { keys, skipped } = await importCsv(text);
    expect(keys.map(({ serial, manufacturer, model }) => [serial, manufacturer, model])).toEqual([
      ["8", null, "a"],
      ["9", null, null],
    ]);
    expect(skipped).toEqual([
      { at: 2, serial: null, reason: "columns" },
      { at: 5, serial: "10", reason: "type" },
    ]);
  });
});

describe("the OATH format", () => {
  it("is read with its defaults when any line names a type", async () => {
    const text = file(
      `Token001, ${HEX}`,
      `Token002, ${HEX}, totp, 8`,
      `Token003, ${HEX}, hotp, 6`,
      `Token004, ${HEX}, TOTP, 6, 60`,
      `Token005, ${HEX}, hotp, 8, 0`,
      `Token006, ${HEX}, totp, , , sha256`,
      `Token007, ${HEX}, ocra, OCRA-1:HOTP-SHA1-6:QN08`,
      `Token008, ${HEX}, totp, 6, 30, sha512, , `,
    );
    const { keys, ocra, skipped } = await importCsv(text);
    expect(keys.map(({ key, serial }) => [serial, key])).toEqual([
      ["Token001", hotp(0)],
      ["Token002", totp(30, { digits: 8 })],
      ["Token003", hotp(0)],
      ["Token004", totp(60)],
      ["Token005", hotp(0, { digits: 8 })],
      ["Token006", totp(30, { algorithm: "SHA256" })],
      ["Token008", totp(30, { algorithm: "SHA512" })],
    ]);
    expect(ocra).toMatchObject([{ suite: "OCRA-1:HOTP-SHA1-6:QN08", serial: "Token007" }]);
    expect(skipped).toEqual([]);
  });

  it("is not guessed for serial numbers and seeds alone", async () => {
    const { keys, skipped } = await importCsv(file(`1,${HEX}`, `2,${HEX}`));
    expect(keys).toEqual([]);
    expect(skipped).toEqual([
      { at: 1, serial: "1", reason: "type" },
      { at: 2, serial: "2", reason: "type" },
    ]);
  });

  it("is not guessed from a type in another column", async () => {
    const { keys, skipped } = await importCsv(file(`totp,${HEX}`, `2,${HEX},,hotp`));
    expect(keys).toEqual([]);
    expect(skipped).toEqual([
      { at: 1, serial: "totp", reason: "type" },
      { at: 2, serial: "2", reason: "type" },
    ]);
  });

  it("may have a date for a serial number, which does not make it a row of Yubico's", async () => {
    const serial = "2013-12-12T08:41:07";
    expect((await importCsv(file(`${serial},${HEX},totp`))).keys).toMatchObject([{ key: totp(30), serial }]);
  });

  it.each([
    ["counter", `7,${HEX},hotp,6,30`],
    ["counter", `7,${HEX},hotp,6,x`],
    ["period", `7,${HEX},totp,6,x`],
    ["digits", `7,${HEX},totp,x`],
    ["digits", `7,${HEX},hotp,12`],
    ["type", `7,${HEX},steam`],
    ["algorithm", `7,${HEX},totp,6,30,md5`],
    ["algorithm", `7,${HEX},totp,6,30,x2013-12-12T08:41:07`],
    ["algorithm", `7,${HEX},totp,6,30,2013-12-12T08:41:07Z`],
    ["algorithm", `7,${HEX},ocra`],
    ["algorithm", `7,${"00".repeat(32)},totp,6,30`],
    ["secret", "7,nothing,totp"],
    ["columns", `7,${HEX},totp,6,30,sha1,x`],
    ["columns", "7"],
  ])("skips what is not certain: %s in %s", async (reason, line) => {
    const { keys, skipped } = await importCsv(file(`6,${HEX},totp`, line));
    expect(keys).toHaveLength(1);
    expect(skipped).toEqual([{ at: 2, serial: reason === "columns" ? null : "7", reason }]);
  });

  it("without a serial number has none", async () => {
    expect((await importCsv(file(`,${HEX},totp`))).keys).toMatchObject([{ serial: null }]);
  });
});

describe("the log of Yubico's tool", () => {
  const event = (type: string, id: string, flags: string, digits: number, factor: number) =>
    `${type},11.12.13 18:55,1,${id},,${HEX},,,${flags},${digits},${factor},0,0,0,0,0`;

  it("in the traditional format is read, and its serial number is the id that the key types", async () => {
    const text = file(
      "LOGGING START,11.12.13 18:50",
      event("OATH-HOTP", "", "0,0,0", 6, 0),
      event("OATH-HOTP", "cccccccccccc", "0,0,1", 8, 16),
      event("OATH-HOTP", "vvccbbhhkkll", "1,0,0", 6, 0),
      event("OATH-HOTP", "vvccbbhhkkll", "0,1,0", 6, 0),
      event("OATH-HOTP", "ccbdefghijkx", "0,0,0", 6, 0),
    );
    const { keys, skipped } = await importCsv(text);
    expect(keys.map(({ key, serial, manufacturer }) => [key, serial, manufacturer])).toEqual([
      [hotp(0), null, "Yubico"],
      [hotp(16, { digits: 8 }), "cccccccccccc", "Yubico"],
      [hotp(0), "vv0011669 9aa".replace(" ", ""), "Yubico"],
      [hotp(0), "vvcc116699aa", "Yubico"],
      [hotp(0), "00123456789x", "Yubico"],
    ]);
    expect(skipped).toEqual([]);
  });

  it("may have a comma in the time", async () => {
    const line = event("OATH-HOTP", "cccccccccccc", "0,0,1", 6, 0).replace("11.12.13 18:55", "12/11/13, 6:55 PM");
    expect((await importCsv(file(line))).keys).toMatchObject([{ key: hotp(0), serial: "cccccccccccc" }]);
  });

  it("names what is not HOTP, and lines that are cut off", async () => {
    const text = file(
      event("Yubico OTP", "vvccbbhhkkll", "0,0,1", 0, 0),
      event("Yubico OTP and OATH-HOTP", "", "0,0,0", 6, 0),
      event("OATH-HOTP twice", "cccccccccccc", "0,0,1", 6, 0),
      "Configuration after LOGGING START,11.12.13 18:55",
      event("Static Password: Short", "", "0,0,0", 0, 0),
      event("Challenge-Response: HMAC-SHA1", "", "0,0,0", 0, 0),
      "Configuration Swap,11.12.13 18:55",
      event("OATH-HOTP", "", "0,0,0", 7, 0).replace(",7,", ",x,"),
      `OATH-HOTP,11.12.13 18:55,1,,,${HEX}`,
    );
    expect((await importCsv(text)).skipped).toEqual([
      { at: 1, serial: "vvccbbhhkkll", reason: "type" },
      { at: 2, serial: null, reason: "type" },
      { at: 3, serial: "cccccccccccc", reason: "type" },
      { at: 4, serial: null, reason: "columns" },
      { at: 5, serial: null, reason: "type" },
      { at: 6, serial: null, reason: "type" },
      { at: 7, serial: null, reason: "columns" },
      { at: 8, serial: null, reason: "digits" },
      { at: 9, serial: null, reason: "columns" },
    ]);
  });

  it("in Yubico's own format never says how long a code is, nor HOTP from challenge and response", async () => {
    const line = (id: string, third: string, seed: string) => `508326,${id},${third},${seed},,2013-12-12T08:41:07,`;
    const aes = "83cebdfb7b93a47c5bf9c152202f577b";
    const text = file(line("", "0", HEX), line("cccccccccccc", "0", HEX), line("cccccccccccc", "83cebdfb7b93", aes));
    expect(await importCsv(text)).toEqual({
      keys: [],
      ocra: [],
      skipped: [
        { at: 1, serial: "508326", reason: "type" },
        { at: 2, serial: "508326", reason: "digits" },
        { at: 3, serial: "508326", reason: "type" },
      ],
    });
    expect((await importCsv(file(line("", "0", HEX).replace("508326", "")))).skipped).toMatchObject([{ serial: null }]);
  });
});

describe("the form of a file", () => {
  const lines = ["serial,secret,period", `7,${HEX},30`, `8,?,30`];
  const refused = (expected: string) => ({ name: "OtpError", code: "invalid-file", argument: "text", expected });
  const read = { keys: [{ key: totp(30), serial: "7" }], skipped: [{ at: 3, serial: "8", reason: "secret" }] };

  it.each([
    ["line feeds", lines.join("\n")],
    ["carriage returns and line feeds", `${lines.join("\r\n")}\r\n`],
    ["carriage returns", lines.join("\r")],
    ["a byte order mark", `\ufeff${lines.join("\n")}`],
    ["semicolons", lines.join("\n").replaceAll(",", ";")],
    ["tabs", lines.join("\n").replaceAll(",", "\t")],
    ["tabs and spaces", lines.join("\n").replaceAll(",", " \t ")],
    ["quotation marks", lines.map((line) => `"${line.replaceAll(",", '","')}"`).join("\n")],
    ["formulas of Excel", lines.join("\n").replace("7,", '="7",')],
    ["spaces around the cells", lines.join("\n").replaceAll(",", " , ")],
    ["spaces in quotation marks", lines.join("\n").replace("7,", '" 7 ",')],
    ["tabs before quotation marks", lines.join("\n").replace("7,", '\t"7"\t,')],
    ["tabs, and an empty cell before quotation marks", `serial\tmodel\tsecret\tperiod\n7\t\t"${HEX}"\t30\n8\t\t?\t30`],
    ["as many commas as semicolons", lines.join("\n").replace("serial,", "serial;no;,")],
    ["as many commas as tabs", lines.join("\n").replace("serial,", "serial\tno\t,")],
    ["as many semicolons as tabs", lines.join("\n").replaceAll(",", ";").replace("serial;", "serial\tno\t;")],
    ["other separators in quotation marks", lines.join("\n").replace("period", 'period,"a;b;c;d;e;f"')],
  ])("may have %s", async (_, text) => expect(await importCsv(text)).toMatchObject(read));

  it("may have a byte order mark before a quotation mark", async () => {
    expect((await importCsv(`\ufeff"7",${HEX},totp`)).keys).toMatchObject([{ key: totp(30), serial: "7" }]);
  });

  it("may have half of a formula in a cell, which stays as it is", async () => {
    const { keys } = await importCsv(file("serial,secret,period", `="7,${HEX},30`, `7",${HEX},30`));
    expect(keys.map(({ serial }) => serial)).toEqual(['="7', '7"']);
  });

  it("may have empty lines and comments, which count as lines", async () => {
    const text = file("# seeds of June", "", lines[0] as string, ",,", "  # more", lines[2] as string, ';;"";');
    expect((await importCsv(text)).skipped).toEqual([{ at: 6, serial: "8", reason: "secret" }]);
  });

  it("names a line with quotation marks in a wrong place, and reads the others", async () => {
    const text = file("serial,secret,period", `"7,${HEX},30`, `"7"x,${HEX},30`, `7"x,${HEX},30`, `"7""x" ,${HEX},30`);
    const { keys, skipped } = await importCsv(text);
    expect(keys.map(({ serial }) => serial)).toEqual(['7"x', '7"x']);
    expect(skipped).toEqual([
      { at: 2, serial: null, reason: "columns" },
      { at: 3, serial: null, reason: "columns" },
    ]);
    expect((await importCsv(file("serial,secret,period", `7,${HEX},"30"x`))).skipped).toMatchObject([
      { reason: "columns" },
    ]);
  });

  it("names a first line with quotation marks in a wrong place", async () => {
    const { keys, skipped } = await importCsv(file('"7,x,totp', `8,${HEX},totp`));
    expect(keys.map(({ serial }) => serial)).toEqual(["8"]);
    expect(skipped).toEqual([{ at: 1, serial: null, reason: "columns" }]);
  });

  it.each([
    ["nothing", ""],
    ["lines without a separator", "abc\ndef\n"],
    ["comments only", "# a,b\n"],
    ["one quotation mark", '"a,b'],
    ["XML", '<?xml version="1.0"?><a>1,2</a>'],
    ["XML after a byte order mark", '\ufeff\n <?xml version="1.0"?><a>1,2</a>'],
    ["bytes", "PK\u0003\u0004\0,1,2"],
  ])("is refused with %s", async (_, text) => {
    await expect(importCsv(text)).rejects.toThrow(refusal("invalid-file", "text"));
  });

  it("may have 200,000 lines and 64 cells in a line, and no more", async () => {
    const many = (count: number) => "a,b\n".repeat(count);
    expect(readRows(many(200_000))).toHaveLength(200_000);
    await expect(importCsv(many(200_001))).rejects.toMatchObject(refused("CSV of at most 200000 lines"));
    const header = file("secret,period");
    expect((await importCsv(`${header}${HEX},30${",".repeat(62)}\n`)).keys).toHaveLength(1);
    expect((await importCsv(`${header}${HEX},30${",".repeat(63)}\n`)).skipped).toMatchObject([{ reason: "columns" }]);
  });

  it("is refused beyond 16,777,216 characters, and when it is not text", async () => {
    const long = `${lines.join("\n")}\n`.padEnd(2 ** 24, "\n");
    expect(await importCsv(long)).toMatchObject(read);
    await expect(importCsv(`${long}\n`)).rejects.toMatchObject(refused("at most 16777216 characters long"));
    for (const value of [undefined, null, 1, [], new Uint8Array(3)]) {
      await expect(importCsv(value as never)).rejects.toMatchObject(refused("a string"));
    }
  });
});

describe("the encoding of seeds", () => {
  // Each encoding must show itself. A seed of zeros looks like text of any encoding.
  const isTelling = (bytes: Buffer) =>
    /[0189]/.test(bytes.toString("hex")) &&
    /[G-Z]/.test(encodeBase32(bytes)) &&
    /[A-Z]/.test(bytes.toString("base64")) &&
    /[g-z]/.test(bytes.toString("base64"));
  const seeds = fc
    .uint8Array({ minLength: 10, maxLength: 31 })
    .map((bytes) => Buffer.from(bytes))
    .filter(isTelling);
  const writers: Readonly<Record<string, (bytes: Buffer) => string>> = {
    "hexadecimal in lower case": (bytes) => bytes.toString("hex"),
    "hexadecimal in upper case": (bytes) => bytes.toString("hex").toUpperCase(),
    base32: (bytes) => encodeBase32(bytes),
    "base32 in lower case": (bytes) => encodeBase32(bytes).toLowerCase(),
    "base32 with padding": (bytes) => encodeBase32(bytes).replace(/$/, "=".repeat((5 - (bytes.length % 5)) % 5)),
    base64: (bytes) => bytes.toString("base64"),
  };

  it.each(Object.keys(writers))("is told from a file of random seeds: %s", async (name) => {
    const write = writers[name] as (bytes: Buffer) => string;
    const law = fc.asyncProperty(fc.array(seeds, { minLength: 1, maxLength: 8 }), async (list) => {
      const text = file("secret,period", ...list.map((bytes) => `${write(bytes)},30`));
      const { keys } = await importCsv(text);
      expect(keys.map(({ key }) => key.secret)).toEqual(list.map((bytes) => encodeBase32(bytes)));
    });
    await fc.assert(law, { numRuns: 50 });
  });

  // All digits are hexadecimal and base32.
  const ambiguous = "ABCDEF23456723456723ABCD";

  it("of a seed that could be hexadecimal or base32 is that of the other seeds, else the seed is skipped", async () => {
    const read = async (...list: readonly string[]) => {
      const { keys, skipped } = await importCsv(file("secret,period", ...list.map((seed) => `${seed},30`)));
      return [...keys.map(({ key }) => key.secret), ...skipped.map(({ at, reason }) => `${at} ${reason}`)];
    };
    const asHex = encodeBase32(Buffer.from(ambiguous, "hex"));
    expect(await read(ambiguous, HEX)).toEqual([asHex, BASE32]);
    expect(await read(ambiguous, BASE32)).toEqual([ambiguous, BASE32]);
    expect(await read(ambiguous)).toEqual(["2 secret"]);
    expect(await read(ambiguous, HEX, BASE32)).toEqual([BASE32, BASE32, "2 secret"]);
    const mistyped = `${BASE64.slice(0, -1)}AA`;
    expect(await read(ambiguous, HEX, mistyped)).toEqual([asHex, BASE32, "4 secret"]);
  });

  it.each([
    ["half a hexadecimal digit too few", HEX.slice(1)],
    ["a hexadecimal digit in another case", `a${HEX.slice(2)}A`],
    ["a letter beyond hexadecimal", `${HEX.slice(1)}g`],
    ["a digit that base32 does not have", `${BASE32.slice(1)}0`],
    ["a length that base32 does not have", BASE32.slice(0, -1).padEnd(33, "A")],
    ["bits that base32 does not have", "ABCDEFGHIJKLMNOPQRSTUVWXYB2345672B"],
    ["a length that base64 does not have", `${BASE64.slice(0, -1)}AA`],
    ["a sign", `${HEX}!`],
    ["more than any seed has", HEX.repeat(103)],
  ])("is never a reason to read a mistyped seed as base64: %s", async (_, seed) => {
    expect((await importCsv(file("secret,period", `${seed},30`))).skipped).toMatchObject([{ reason: "secret" }]);
  });

  it("does not mind spaces in a seed", async () => {
    const { keys } = await importCsv(
      file("secret,period", `${HEX.replace(/.{4}/g, "$& ")},30`, `${BASE32.replace(/.{4}/g, "$& ")},30`),
    );
    expect(keys.map(({ key }) => key.secret)).toEqual([BASE32, BASE32]);
  });

  it("is looked for in at most 4096 characters", async () => {
    const long = (length: number) => HEX[0] + " ".repeat(length - HEX.length) + HEX.slice(1);
    const { keys, skipped } = await importCsv(file("secret,period", `${long(4096)},30`, `${long(4097)},30`));
    expect(keys.map(({ key }) => key.secret)).toEqual([BASE32]);
    expect(skipped).toEqual([{ at: 3, serial: null, reason: "secret" }]);
  });
});
