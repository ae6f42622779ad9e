// What `exportPskc` writes, `importPskc` reads: the same keys, in clear and encrypted.
import fc from "fast-check";
import { createHotpKey, createTotpKey, encodeBase32, type Key, type OtpErrorCode } from "otp-core";
import { type ExportedKey, exportPskc, type ImportedKey, type ImportPskcOptions, importPskc } from "otp-core/tokens";
import { afterEach, describe, expect, it, vi } from "vitest";
import { refusal } from "../support/refusal.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const PLAIN_SECRET = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=";
const key: Key = { type: "totp", secret: SECRET, issuer: "Example", account: "alice" };

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .map((text) => text.replace(/[:\p{Cc}\p{Cs}\ufffe\uffff]/gu, "").trim())
  .filter((text) => text !== "");
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const common = {
  secret: fc.uint8Array({ minLength: 1, maxLength: 100 }).map((bytes) => encodeBase32(bytes)),
  algorithm: maybe(fc.constantFrom("SHA1" as const, "SHA256" as const, "SHA512" as const)),
  digits: maybe(fc.integer({ min: 6, max: 10 })),
  issuer: maybe(name),
  account: maybe(name),
};
const totpKeys = fc.record({
  type: fc.constant("totp" as const),
  ...common,
  period: maybe(fc.integer({ min: 1, max: 86_400 })),
});
const hotpKeys = fc.record({ type: fc.constant("hotp" as const), ...common, counter: maybe(fc.maxSafeNat()) });
const keys: fc.Arbitrary<Key> = fc.oneof(totpKeys, hotpKeys);
const moments = nullable(fc.integer({ min: 0, max: 253_402_300_799_999 }));
const entries: fc.Arbitrary<ExportedKey> = fc.record(
  {
    key: keys,
    serial: nullable(name),
    manufacturer: nullable(name),
    model: nullable(name),
    drift: fc.integer({ min: -3000, max: 3000 }),
    startsAt: moments,
    expiresAt: moments,
  },
  { requiredKeys: ["key"] },
);

/** The same entry with every default written out. */
function writtenOut({ key, ...entry }: ExportedKey): ImportedKey {
  const { secret, algorithm = "SHA1", digits = 6, issuer, account } = key;
  const names = { ...(issuer !== undefined && { issuer }), ...(account !== undefined && { account }) };
  const shared = { secret, algorithm, digits, ...names };
  return {
    key:
      key.type === "hotp"
        ? { type: "hotp", ...shared, counter: key.counter ?? 0 }
        : { type: "totp", ...shared, period: key.period ?? 30 },
    serial: entry.serial ?? null,
    manufacturer: entry.manufacturer ?? null,
    model: entry.model ?? null,
    drift: key.type === "hotp" ? 0 : (entry.drift ?? 0),
    startsAt: entry.startsAt ?? null,
    expiresAt: entry.expiresAt ?? null,
  };
}

async function comesBack(list: readonly ExportedKey[], options?: ImportPskcOptions): Promise<void> {
  const result = await importPskc(await exportPskc(list, options), options);
  expect(result).toEqual({ keys: list.map(writtenOut), ocra: [], skipped: [] });
  // What was read can be written.
  expect(await importPskc(await exportPskc(result.keys, options), options)).toEqual(result);
}

describe("every key comes back", () => {
  const lists = fc.array(entries, { maxLength: 6 });

  it("from a file in clear", async () => {
    await fc.assert(
      fc.asyncProperty(lists, (list) => comesBack(list)),
      { numRuns: 200 },
    );
  });

  it("from a file under a pre-shared key", async () => {
    const preSharedKeys = fc.oneof(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
    );
    const law = fc.asyncProperty(lists, preSharedKeys, (list, preSharedKey) => comesBack(list, { preSharedKey }));
    await fc.assert(law, { numRuns: 100 });
  });

  it("from a file under a pass phrase", async () => {
    // One derivation to write and one to read: each is meant to be slow.
    const list: readonly ExportedKey[] = [
      { key, serial: "1001" },
      { key: { ...key, algorithm: "SHA512", period: 60 } },
    ];
    const passphrase = "pässword 🔐";
    const { keys: found } = await importPskc(await exportPskc(list, { passphrase }), { passphrase });
    expect(found).toEqual(list.map(writtenOut));
  });

  it("with the longest text and the longest secret", async () => {
    const text = "x".repeat(255);
    const secret = encodeBase32(new Uint8Array(1024).fill(1));
    await comesBack([{ key: { type: "totp", secret }, serial: text, manufacturer: text, model: text }]);
  });
});

/** A file without what differs from file to file. */
const masked = (text: string) => text.replace(/(CipherValue|ValueMAC|Specified)>[\w+/=]+</g, "$1>...<");

describe("a file", () => {
  it("in clear is what RFC 6030 shows", async () => {
    const token = { key: { ...key, digits: 8, algorithm: "SHA256" as const }, serial: "1001", manufacturer: "oath.UB" };
    expect(await exportPskc([token])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">
  <KeyPackage>
    <DeviceInfo><Manufacturer>oath.UB</Manufacturer><SerialNo>1001</SerialNo></DeviceInfo>
    <Key Id="1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:totp">
      <Issuer>Example</Issuer><AlgorithmParameters><Suite>HMAC-SHA256</Suite><ResponseFormat Length="8" Encoding="DECIMAL"/></AlgorithmParameters><FriendlyName>alice</FriendlyName>
      <Data><Secret><PlainValue>${PLAIN_SECRET}</PlainValue></Secret><TimeInterval><PlainValue>30</PlainValue></TimeInterval></Data>
    </Key>
  </KeyPackage>
</KeyContainer>
`);
  });

  it("that is encrypted holds no secret in clear, and never twice the same", async () => {
    const preSharedKey = new Uint8Array(16).fill(1);
    const files = [
      await exportPskc([{ key }, { key }], { preSharedKey }),
      await exportPskc([{ key }], { preSharedKey }),
    ];
    const values = files.flatMap((text) =>
      [...text.matchAll(/(?:CipherValue|ValueMAC)>([^<]+)</g)].map((found) => found[1]),
    );
    expect(values).toHaveLength(8);
    expect(new Set(values).size).toBe(8);
    for (const text of files) expect(text).not.toMatch(/MTIz|GEZD/);
  });

  it("under a pre-shared key is what RFC 6030 figure 6 shows", async () => {
    const text = await exportPskc([{ key: { type: "hotp", secret: SECRET } }], { preSharedKey: new Uint8Array(32) });
    const cipher =
      '<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/><xenc:CipherData><xenc:CipherValue>...</xenc:CipherValue></xenc:CipherData>';
    expect(masked(text)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">
  <EncryptionKey><ds:KeyName xmlns:ds="http://www.w3.org/2000/09/xmldsig#">Pre-shared-key</ds:KeyName></EncryptionKey>
  <MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1">
    <MACKey>${cipher}</MACKey>
  </MACMethod>
  <KeyPackage>
    <DeviceInfo></DeviceInfo>
    <Key Id="1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:hotp">
      <AlgorithmParameters><ResponseFormat Length="6" Encoding="DECIMAL"/></AlgorithmParameters>
      <Data><Secret><EncryptedValue>${cipher}</EncryptedValue><ValueMAC>...</ValueMAC></Secret><Counter><PlainValue>0</PlainValue></Counter></Data>
    </Key>
  </KeyPackage>
</KeyContainer>
`);
  });

  it("under a pass phrase names how its key is derived, as RFC 6030 figure 7 does", async () => {
    const pkcs5 = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#";
    expect(masked(await exportPskc([], { passphrase: "qwerty" }))).toContain(
      `  <EncryptionKey><xenc11:DerivedKey xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"><xenc11:KeyDerivationMethod Algorithm="${pkcs5}pbkdf2"><pkcs5:PBKDF2-params xmlns:pkcs5="${pkcs5}" xmlns=""><Salt><Specified>...</Specified></Salt><IterationCount>1300000</IterationCount><KeyLength>16</KeyLength><PRF/></pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod></xenc11:DerivedKey></EncryptionKey>\n`,
    );
  });

  it("with text that means something in XML is written with references", async () => {
    const serial = `<a href='x'>&amp;]]></a> "`;
    const { keys: found } = await importPskc(await exportPskc([{ key, serial }]));
    expect(found.map((each) => each.serial)).toEqual([serial]);
  });

  it("names its dates in the canonical form of XML Schema", async () => {
    const dates = { startsAt: Date.UTC(2026, 0, 2, 3, 4, 50), expiresAt: Date.UTC(2026, 0, 2, 3, 4, 0, 120) };
    const text = await exportPskc([{ key, ...dates }]);
    expect(text).toContain(
      "<StartDate>2026-01-02T03:04:50Z</StartDate><ExpiryDate>2026-01-02T03:04:00.12Z</ExpiryDate>",
    );
  });

  it("holds nothing between two packages", async () => {
    expect(await exportPskc([{ key }, { key }])).toContain("\n  </KeyPackage>\n  <KeyPackage>\n");
  });

  it("of no keys is a file", async () => {
    expect(await importPskc(await exportPskc([]))).toEqual({ keys: [], ocra: [], skipped: [] });
  });

  it("takes keys that were created here, without their domain", async () => {
    const own = [
      createTotpKey({ issuer: "Example", account: "alice" }),
      createHotpKey({ issuer: "Example", account: "bob", algorithm: "SHA512" }),
    ];
    const { keys: found } = await importPskc(await exportPskc(own.map((each) => ({ key: each }))));
    expect(found.map((each) => each.key)).toEqual(own.map((each) => writtenOut({ key: each }).key));
  });
});

describe("what a file cannot hold is refused with its place", () => {
  it.each<readonly [argument: string, entry: unknown, code?: OtpErrorCode]>([
    ["keys[0].entry", null],
    ["keys[0].entry", "key"],
    ["keys[0].key", {}],
    ["keys[0].type", { key: { secret: SECRET } }],
    ["keys[0].secret", { key: { type: "totp", secret: new Uint8Array(20) } }],
    ["keys[0].secret", { key: { type: "totp", secret: "?" } }, "invalid-secret"],
    ["keys[0].secret", { key: { type: "totp", secret: "" } }, "invalid-secret"],
    ["keys[0].secret", { key: { type: "totp", secret: encodeBase32(new Uint8Array(1025)) } }],
    ["keys[0].epoch", { key: { ...key, epoch: 1 } }],
    ["keys[0].encoder", { key: { type: "totp", secret: SECRET, encoder: "steam" } }],
    ["keys[0].encoder", { key: { type: "hotp", secret: SECRET, encoder: "steam" } }],
    ["keys[0].period", { key: { ...key, period: 0 } }],
    ["keys[0].digits", { key: { ...key, digits: 5 } }],
    ["keys[0].algorithm", { key: { ...key, algorithm: "MD5" } }],
    ["keys[0].counter", { key: { type: "hotp", secret: SECRET, counter: -1 } }],
    ["keys[0].issuer", { key: { ...key, issuer: "a:b" } }],
    ["keys[0].issuer", { key: { ...key, issuer: "\uffff" } }],
    ["keys[0].account", { key: { ...key, account: "" } }],
    ["keys[0].serial", { key, serial: "" }],
    ["keys[0].account", { key: { ...key, account: "\uffff" } }],
    ["keys[0].serial", { key, serial: 7 }],
    ["keys[0].serial", { key, serial: ["abc"] }],
    ["keys[0].serial", { key, serial: "a\nb" }],
    ["keys[0].manufacturer", { key, manufacturer: "x".repeat(256) }],
    ["keys[0].model", { key, model: "\ufffe" }],
    ["keys[0].drift", { key, drift: 3001 }],
    ["keys[0].startsAt", { key, startsAt: 1.5 }],
    ["keys[0].expiresAt", { key, expiresAt: 253_402_300_800_000 }],
  ])("%s", async (argument, entry, code = "invalid-argument") => {
    const one = exportPskc([entry as ExportedKey]);
    await expect(one).rejects.toThrow(refusal(code as OtpErrorCode, argument as string));
    const second = [{ key }, entry as ExportedKey];
    await expect(exportPskc(second)).rejects.toMatchObject({ argument: String(argument).replace("[0]", "[1]") });
  });

  it.each<readonly [argument: string, list: unknown, options: unknown]>([
    ["keys", "x", {}],
    ["preSharedKey", [], { preSharedKey: new Uint8Array(24) }],
    ["passphrase", [], { preSharedKey: new Uint8Array(16), passphrase: "x" }],
    ["key", [], { key: new Uint8Array(16) }],
    ["options", [], null],
  ])("%s", async (argument, list, options) => {
    const written = exportPskc(list as never, options as never);
    await expect(written).rejects.toThrow(refusal("invalid-argument", argument));
  });

  it("an error that is not ours passes", async () => {
    const broken = {
      get key(): never {
        throw new RangeError("not ours");
      },
    };
    await expect(exportPskc([broken])).rejects.toThrow(RangeError);
  });
});

describe("without WebCrypto", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("plain files are written and encrypted ones rejected", async () => {
    const { crypto } = globalThis;
    vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) });
    expect(await exportPskc([{ key }])).toContain(PLAIN_SECRET);
    for (const options of [{ preSharedKey: new Uint8Array(16) }, { passphrase: "x" }]) {
      await expect(exportPskc([{ key }], options)).rejects.toThrow(refusal("crypto-unavailable"));
    }
  });
});
