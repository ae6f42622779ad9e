// What a PSKC file says of a token, and what of it can be used.
import { importPskc } from "otp-core/tokens";
import { describe, expect, it } from "vitest";
import {
  container,
  DIGITS,
  HOTP_DATA,
  keyPackage,
  type PackageParts,
  PROFILE,
  plain,
  SECRET,
  SECRET_BASE32,
  TOTP_DATA,
} from "../support/pskc-file.ts";
import { refusal } from "../support/refusal.ts";

const read = (...parts: readonly PackageParts[]) => importPskc(container(...parts.map(keyPackage)));

/** The key of the one entry, or why it was skipped. */
async function one(parts: PackageParts) {
  const { keys, ocra, skipped } = await read(parts);
  expect(keys.length + ocra.length + skipped.length).toBe(1);
  return keys[0] ?? ocra[0] ?? skipped[0]?.reason;
}
const totp = { algorithm: `${PROFILE}totp`, data: TOTP_DATA };

describe("the key of a package", () => {
  it("is HOTP with its digits and counter", async () => {
    expect(await one({ data: plain("Secret", SECRET) + plain("Counter", 42) })).toEqual({
      key: { type: "hotp", secret: SECRET_BASE32, algorithm: "SHA1", digits: 6, counter: 42 },
      serial: "1001",
      manufacturer: null,
      model: null,
      drift: 0,
      startsAt: null,
      expiresAt: null,
    });
  });

  it("is TOTP with its digits, time step and drift (PSKC 1)", async () => {
    const data = plain("Secret", SECRET) + plain("Time", 0) + plain("TimeInterval", 60) + plain("TimeDrift", -4);
    expect(await one({ ...totp, data })).toMatchObject({
      key: { type: "totp", secret: SECRET_BASE32, algorithm: "SHA1", digits: 6, period: 60 },
      drift: -4,
    });
  });

  it("has the device's serial number, manufacturer and model, without the white space around them (PSKC 2)", async () => {
    const device = "<Manufacturer>\n oath.UB </Manufacturer><SerialNo>\t7 </SerialNo><Model>c &amp; d</Model>";
    expect(await one({ device })).toMatchObject({ serial: "7", manufacturer: "oath.UB", model: "c & d" });
    expect(await one({ device: "<SerialNo> </SerialNo>" })).toMatchObject({ serial: null });
  });

  it("has the issuer, and the friendly name as its account, unless a key URI could not carry them", async () => {
    const named = { issuer: "<Issuer>My Bank</Issuer><FriendlyName>alice</FriendlyName>" };
    expect(await one(named)).toMatchObject({ key: { issuer: "My Bank", account: "alice" } });
    const unfit = { issuer: `<Issuer>a:b</Issuer><FriendlyName>${"x".repeat(256)}</FriendlyName>` };
    expect(await one(unfit)).toMatchObject({ key: { secret: SECRET_BASE32 } });
    expect(Object.keys((await read(unfit)).keys[0]?.key ?? {})).not.toEqual(expect.arrayContaining(["issuer"]));
    expect(Object.keys((await read(unfit)).keys[0]?.key ?? {})).not.toEqual(expect.arrayContaining(["account"]));
  });

  it.each([
    ["HMAC-SHA256", "SHA256"],
    ["HMAC-SHA512", "SHA512"],
    ["hmac-sha-1", "SHA1"],
    ["SHA256", "SHA256"],
    ["sha_512", "SHA512"],
  ])("signs with the hash of its suite: %s", async (suite, algorithm) => {
    expect(await one({ parameters: `<Suite> ${suite} </Suite>${DIGITS}` })).toMatchObject({ key: { algorithm } });
  });

  it.each(["", "MD5", "HMAC-SHA224", "SHA3-256", "256"])(
    "is skipped with another suite: %j (PSKC 3)",
    async (suite) => {
      expect(await one({ parameters: `<Suite>${suite}</Suite>${DIGITS}` })).toBe("algorithm");
    },
  );

  it.each([`${PROFILE}HOTP`, "urn:ietf:params:xml:ns:keyprov:pskc#hotp", "http://www.ietf.org/keyprov/pskc#hotp"])(
    "is HOTP by the name %s",
    async (algorithm) => {
      expect(await one({ algorithm })).toMatchObject({ key: { type: "hotp" } });
    },
  );

  it.each(["", "hotp", `${PROFILE}pin`, `${PROFILE}hotp2`, "http://www.yubico.com/#yubikey-aes"])(
    "is skipped with another name: %j",
    async (algorithm) => expect(await one({ algorithm })).toBe("type"),
  );
});

it("a key without the name of an algorithm is skipped", async () => {
  const text = container(keyPackage().replace(/Algorithm="[^"]*"/, ""));
  expect((await importPskc(text)).skipped).toMatchObject([{ reason: "type" }]);
});

describe("an OCRA secret", () => {
  const suite = "OCRA-1:HOTP-SHA1-6:C-QN08-PSHA1";
  const ocra = { suite, secret: SECRET_BASE32, counter: 0, serial: "1001", manufacturer: null };

  it("has the suite of the parameters or of the algorithm", async () => {
    const parameters = `<Suite>${suite}</Suite><ChallengeFormat Encoding="DECIMAL" Min="8" Max="8"/>${DIGITS}`;
    expect(await one({ algorithm: `${PROFILE}ocra`, parameters })).toEqual(ocra);
    const named = { algorithm: `urn:ietf:params:xml:ns:keyprov:pskc#${suite}`, parameters: "" };
    expect(await one(named)).toEqual(ocra);
  });

  it.each(["", "OCRA-2:HOTP-SHA1-6:QN08", "OCRA-1:HOTP-MD5-6:QN08", "OCRA-1:HOTP-SHA1-3:QN08", "OCRA-1:HOTP-SHA1-6:"])(
    "is skipped with another suite: %j",
    async (text) => {
      expect(await one({ algorithm: `${PROFILE}ocra`, parameters: `<Suite>${text}</Suite>` })).toBe("algorithm");
    },
  );

  it("keeps the counter of a suite that counts, and has none with another suite", async () => {
    const key = (text: string, counter: string) => ({
      algorithm: `${PROFILE}ocra`,
      parameters: `<Suite>${text}</Suite>`,
      data: plain("Secret", SECRET) + plain("Counter", counter),
    });
    expect(await one(key(suite, "42"))).toEqual({ ...ocra, counter: 42 });
    expect(await one(key(suite, "9007199254740992"))).toBe("counter");
    for (const other of ["OCRA-1:HOTP-SHA1-6:QN08", "OCRA-1:HOTP-SHA1-6:QC08", "OCRA-1:HOTP-SHA1-6:QN08-C"]) {
      expect(await one(key(other, "42"))).toEqual({ ...ocra, suite: other, counter: null });
    }
  });

  it("is skipped without a suite", async () => {
    expect(await one({ algorithm: `${PROFILE}ocra`, parameters: DIGITS })).toBe("algorithm");
  });
});

describe("the length of the codes", () => {
  it.each([6, 8, 10])("is read: %i", async (digits) => {
    const parameters = `<ResponseFormat Encoding="DECIMAL" Length="${digits}" CheckDigits="false"/>`;
    expect(await one({ parameters })).toMatchObject({ key: { digits } });
  });

  it.each([
    ["is missing", ""],
    ["is empty", '<ResponseFormat Encoding="DECIMAL" Length=""/>'],
    ["is 5", '<ResponseFormat Encoding="DECIMAL" Length="5"/>'],
    ["is 11", '<ResponseFormat Encoding="DECIMAL" Length="11"/>'],
    ["is not a number", '<ResponseFormat Encoding="DECIMAL" Length="six"/>'],
    ["counts hexadecimal digits", '<ResponseFormat Encoding="HEXADECIMAL" Length="6"/>'],
    ["is of an unknown form", '<ResponseFormat Length="6"/>'],
    ["includes a check digit", '<ResponseFormat Encoding="DECIMAL" Length="7" CheckDigits="true"/>'],
    ["says something else of a check digit", '<ResponseFormat Encoding="DECIMAL" Length="7" CheckDigits="10"/>'],
    ["says more of a check digit", '<ResponseFormat Encoding="DECIMAL" Length="7" CheckDigits="falsely"/>'],
    ["includes a check digit by the name in the text of the RFC", DIGITS.replace("/>", ' CheckDigit="1"/>')],
  ])("is never guessed when it %s", async (_, parameters) => {
    expect(await one({ parameters })).toBe("digits");
  });

  it("does not include the id that a YubiKey types before the code", async () => {
    const device = "<Manufacturer>Yubico</Manufacturer><SerialNo>508326</SerialNo>";
    const parameters = '<ResponseFormat Length="18" Encoding="DECIMAL"/>';
    expect(await one({ device, parameters, id: "ubhe04508326" })).toMatchObject({ key: { digits: 6 } });
    expect(await one({ device, parameters, id: "ubhe" })).toBe("digits");
    expect(await one({ device, id: "508326:1" })).toMatchObject({ key: { digits: 6 } });
    expect(await one({ parameters, id: "ubhe04508326" })).toBe("digits");
    const ten = '<ResponseFormat Length="10" Encoding="DECIMAL"/>';
    expect(await one({ device, parameters: ten, id: "ubhe" })).toMatchObject({ key: { digits: 10 } });
    for (const length of [18, 25]) {
      const named = keyPackage({ device, parameters: `<ResponseFormat Length="${length}" Encoding="DECIMAL"/>` });
      expect((await importPskc(container(named.replace('Id="1"', "")))).skipped).toMatchObject([{ reason: "digits" }]);
    }
  });
});

describe("a value that is not readable", () => {
  const secret = (text: string) => ({ data: `<Secret><PlainValue>${text}</PlainValue></Secret>` });
  it.each([
    ["no data", { data: "" }],
    ["no plain value", { data: "<Secret/>" }],
    ["an empty secret", secret("")],
    ["a secret that is not base64", secret("?")],
    ["a secret of 1,025 bytes", secret(Buffer.alloc(1025).toString("base64"))],
  ])("skips a key with %s", async (_, parts) => {
    expect(await one(parts)).toBe("secret");
  });

  it("leaves a secret of 1 to 1,024 bytes, with white space anywhere", async () => {
    for (const length of [1, 1024]) {
      const text = Buffer.alloc(length, 1).toString("base64").replace(/.{76}/g, "$&\r\n    ");
      const [found] = (await read(secret(`\n  ${text}\n`))).keys;
      expect(found?.key.secret).toHaveLength(Math.ceil((length * 8) / 5));
    }
  });

  it.each(["", "-1", "1.5", "1e3", "9007199254740992", "99999999999999999999", "zero"])(
    "skips an HOTP key with the counter %j",
    async (counter) => expect(await one({ data: plain("Secret", SECRET) + plain("Counter", counter) })).toBe("counter"),
  );

  it("leaves a new token without a counter at 0, as in figure 7 of RFC 6030", async () => {
    expect(await one({ data: plain("Secret", SECRET) })).toMatchObject({ key: { counter: 0 } });
    const spaced = { data: plain("Secret", SECRET) + plain("Counter", "\n 42 ") };
    expect(await one(spaced)).toMatchObject({ key: { counter: 42 } });
    const largest = { data: plain("Secret", SECRET) + plain("Counter", "+9007199254740991") };
    expect(await one(largest)).toMatchObject({ key: { counter: Number.MAX_SAFE_INTEGER } });
  });

  it.each([
    ["without a time step", plain("Secret", SECRET)],
    ["with an empty time step", `${plain("Secret", SECRET)}<TimeInterval/>`],
    ["with a time step of 0 seconds", plain("Secret", SECRET) + plain("TimeInterval", 0)],
    ["with a time step of more than a day", plain("Secret", SECRET) + plain("TimeInterval", 86_401)],
    ["with a drift of 3001 steps", TOTP_DATA + plain("TimeDrift", 3001)],
    ["with a drift of -3001 steps", TOTP_DATA + plain("TimeDrift", -3001)],
    ["with a drift that is not a number", TOTP_DATA + plain("TimeDrift", "fast")],
  ])("skips a TOTP key %s", async (_, data) => {
    expect(await one({ ...totp, data })).toBe("period");
  });

  it("is ignored when the type of the token does not need it", async () => {
    expect(await one({ data: HOTP_DATA + plain("TimeDrift", "x") })).toMatchObject({ drift: 0 });
    expect(await one({ data: HOTP_DATA + plain("TimeDrift", 5) })).toMatchObject({ drift: 0 });
    expect(await one({ ...totp, data: TOTP_DATA + plain("Counter", "x") })).toMatchObject({ drift: 0 });
  });
});

describe("the time in which a key may be used", () => {
  const at = (text: string) => Date.parse(text);
  const start = (text: string) => `<StartDate>${text}</StartDate>`;
  const end = (text: string) => `<ExpiryDate>${text}</ExpiryDate>`;
  const policy = (content: string) => `<Policy>${content}</Policy>`;

  it("is the policy's, the device's, or what both allow (PSKC 4)", async () => {
    const early = "2026-01-02T03:04:05Z";
    const late = "2027-01-02T03:04:05Z";
    const device = (content: string) => `<SerialNo>1</SerialNo>${content}`;
    const both = { startsAt: at(early), expiresAt: at(late) };
    expect(await one({ policy: policy(start(early) + end(late)) })).toMatchObject(both);
    expect(await one({ device: device(start(early) + end(late)) })).toMatchObject(both);
    const inner = { device: device(start(early) + end(late)), policy: policy(start(late) + end(early)) };
    expect(await one(inner)).toMatchObject({ startsAt: at(late), expiresAt: at(early) });
    const outer = { device: device(start(late) + end(early)), policy: policy(start(early) + end(late)) };
    expect(await one(outer)).toMatchObject({ startsAt: at(late), expiresAt: at(early) });
  });

  it.each([
    ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"],
    ["2026-01-02T03:04:05.6789012Z", "2026-01-02T03:04:05.678Z"],
    ["2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z"],
    ["2026-01-02T03:04:05", "2026-01-02T03:04:05Z"],
    ["2026-01-02", "2026-01-02T00:00:00Z"],
    ["1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"],
  ])("reads %s", async (text, meaning) => {
    expect(await one({ policy: policy(start(text)) })).toMatchObject({ startsAt: at(meaning) });
  });

  it.each(["", "tomorrow", "2026-13-01", "2026-01-02 03:04:05Z", "2026-01-02T25:00:00Z", "20260102"])(
    "skips a key with a date that is not readable: %j",
    async (text) => {
      expect(await one({ policy: policy(end(text)) })).toBe("type");
      expect(await one({ device: end(text) })).toBe("type");
    },
  );
});

describe("the policy of a key (PSKC 5)", () => {
  it.each([
    ["an empty policy", ""],
    ["use for codes", "<KeyUsage>OTP</KeyUsage>"],
    ["use for codes and other uses", "<KeyUsage>CR</KeyUsage><KeyUsage> OTP </KeyUsage>"],
    ["a PIN that the device checks", '<PINPolicy PINUsageMode="Local" MinLength="4"/>'],
  ])("allows %s", async (_, content) => {
    expect(await one({ policy: `<Policy>${content}</Policy>` })).toMatchObject({ key: { type: "hotp" } });
  });

  it.each([
    ["another use only", "<KeyUsage>CR</KeyUsage>"],
    ["a PIN before the code", '<PINPolicy PINUsageMode="Prepend"/>'],
    ["a PIN of an unknown use", "<PINPolicy/>"],
    ["a number of uses", "<NumberOfTransactions>3</NumberOfTransactions>"],
    ["a rule that is not known", '<Weekdays xmlns="https://example.com/policy">Mo</Weekdays>'],
  ])("that demands %s makes it unusable", async (_, content) => {
    expect(await one({ policy: `<Policy>${content}</Policy>` })).toBe("type");
  });

  it("of an OCRA secret speaks of challenges", async () => {
    const ocra = { algorithm: `${PROFILE}ocra`, parameters: "<Suite>OCRA-1:HOTP-SHA1-6:QN08</Suite>" };
    expect(await one({ ...ocra, policy: "<Policy><KeyUsage>CR</KeyUsage></Policy>" })).toMatchObject({
      suite: "OCRA-1:HOTP-SHA1-6:QN08",
    });
    expect(await one({ ...ocra, policy: "<Policy><KeyUsage>OTP</KeyUsage></Policy>" })).toBe("type");
  });
});

describe("a file", () => {
  it("holds several packages, and one that is not readable does not affect the others (PSKC 10)", async () => {
    const broken = { device: "<SerialNo>2</SerialNo>", data: "" };
    const third = { device: "<SerialNo>3</SerialNo>" };
    const { keys, skipped } = await read({}, broken, third);
    expect(keys.map(({ serial }) => serial)).toEqual(["1001", "3"]);
    expect(skipped).toEqual([{ at: 2, serial: "2", reason: "secret" }]);
  });

  it("names a package without a key or without a device", async () => {
    const empty = "<KeyPackage><DeviceInfo><SerialNo>5</SerialNo></DeviceInfo></KeyPackage>";
    expect((await importPskc(container(empty, "<KeyPackage/>"))).skipped).toEqual([
      { at: 1, serial: "5", reason: "secret" },
      { at: 2, serial: null, reason: "secret" },
    ]);
  });

  it("may use a prefix for PSKC, and elements of others that have the same names", async () => {
    const prefixed = `<p:KeyContainer Version="1.0" xmlns:p="urn:ietf:params:xml:ns:keyprov:pskc" xmlns="urn:other">
      <KeyPackage/><p:KeyPackage><Key/><p:Key Algorithm="${PROFILE}hotp"><p:AlgorithmParameters><ResponseFormat/>
      <p:ResponseFormat Length="8" Encoding="DECIMAL"/></p:AlgorithmParameters><p:Data><Secret>x</Secret>
      <p:Secret><PlainValue>x</PlainValue><p:PlainValue>${SECRET}</p:PlainValue></p:Secret></p:Data></p:Key></p:KeyPackage>
      </p:KeyContainer>`;
    const { keys, skipped } = await importPskc(prefixed);
    expect(keys.map(({ key }) => key.digits)).toEqual([8]);
    expect(skipped).toEqual([]);
  });

  it("may be empty, and may have no version", async () => {
    const nothing = { keys: [], ocra: [], skipped: [] };
    expect(await importPskc(container('<Device xmlns="urn:other"/>'))).toEqual(nothing);
    expect(await importPskc(container())).toEqual(nothing);
    expect(await importPskc(container().replace('Version="1.0"', ""))).toEqual(nothing);
    expect(await importPskc(container().replace('Version="1.0"', 'Version="1.1"'))).toEqual(nothing);
  });

  it.each([
    ["of another version", container().replace('Version="1.0"', 'Version="2.0"')],
    ["of version 21", container().replace('Version="1.0"', 'Version="21.0"')],
    ["of another namespace", container().replace("keyprov:pskc", "keyprov:pskc:1.0")],
    ["of another root", container().replaceAll("KeyContainer", "Container")],
    ["of a draft before the RFC", container("<Device/>")],
    ["of HTML", "<html></html>"],
    ["of CSV", "serial,seed\n1,2\n"],
    ["of nothing", ""],
  ])("%s is refused", async (_, text) => {
    await expect(importPskc(text)).rejects.toThrow(refusal("invalid-file", "text"));
  });

  it.each([undefined, null, 1, new Uint8Array(3), {}])("that is not text is refused: %j", async (value) => {
    const error = { code: "invalid-file", argument: "text", expected: "a string" };
    await expect(importPskc(value as string)).rejects.toMatchObject(error);
  });
});
