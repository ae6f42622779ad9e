// Encrypted PSKC files: every way to encrypt them, and everything that can be wrong with one. The files are written with
// `node:crypto`, which shares nothing with WebCrypto but the standards.
import { createCipheriv, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import fc from "fast-check";
import { decodeBase32 } from "otp-core";
import { type ImportPskcOptions, importPskc } from "otp-core/tokens";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  cipherData,
  container,
  encrypted,
  HOTP_DATA,
  KEY_NAME,
  keyPackage,
  macMethod,
  PROFILE,
  plain,
  SECRET_BASE32,
} from "../support/pskc-file.ts";
import { refusal } from "../support/refusal.ts";
import { fromHex } from "../support/vector-bytes.ts";

const SECRET = Buffer.from("12345678901234567890");
const KEY = fromHex("12345678901234567890123456789012");
const LONG_KEY = fromHex("1234567890123456789012345678901234567890123456789012345678901234");
const MAC_KEY = Buffer.from("1122334455667788990011223344556677889900", "hex");

function encrypt(key: Uint8Array, data: Uint8Array, iv: Uint8Array = randomBytes(16)): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv);
  return Buffer.concat([iv, cipher.update(data), cipher.final()]);
}
const sign = (data: Uint8Array, macKey: Uint8Array = MAC_KEY, hash = "sha1") =>
  createHmac(hash, macKey).update(data).digest("base64");
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

interface FileParts {
  readonly key?: Uint8Array;
  readonly header?: string;
  readonly mac?: string | null;
  readonly data?: Uint8Array;
  readonly more?: string;
}
const headerOf = (key: Uint8Array) =>
  KEY_NAME + macMethod(base64(encrypt(key, MAC_KEY))).replace("aes128", `aes${key.length * 8}`);

/** A file with one HOTP key. */
function file({ key = KEY, header = headerOf(key), ...parts }: FileParts = {}): string {
  const { data = encrypt(key, SECRET), mac = sign(data), more = plain("Counter", 0) } = parts;
  const secret = encrypted("Secret", base64(data), mac, `aes${key.length * 8}-cbc`);
  return container(header, keyPackage({ data: secret + more }));
}
const found = { keys: [{ key: { secret: SECRET_BASE32 } }], skipped: [] };
const skipped = (reason: string) => ({ keys: [], skipped: [{ at: 1, serial: "1001", reason }] });
const refused = (argument: string, expected: unknown = expect.stringMatching(/\S/)) => ({
  name: "OtpError",
  code: "invalid-file",
  argument,
  expected,
});

describe("a file under a pre-shared key (PSKC 6)", () => {
  it.each([
    ["AES-128-CBC", KEY],
    ["AES-256-CBC", LONG_KEY],
  ])("is read: %s", async (_, key) => {
    expect(await importPskc(file({ key }), { preSharedKey: key })).toMatchObject(found);
  });

  it.each([
    ["sha1", "http://www.w3.org/2000/09/xmldsig#hmac-sha1"],
    ["sha1", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha1"],
    ["sha256", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"],
    ["sha384", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha384"],
    ["sha512", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512"],
  ])("may be signed with HMAC-%s, named %s", async (hash, name) => {
    const header = KEY_NAME + macMethod(base64(encrypt(KEY, MAC_KEY)), name);
    const data = encrypt(KEY, SECRET);
    const text = file({ header, data, mac: sign(data, MAC_KEY, hash) });
    expect(await importPskc(text, { preSharedKey: KEY })).toMatchObject(found);
  });

  it("may be signed with the encryption key itself, as in the drafts before the RFC", async () => {
    const method = '<MACMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha1"/>';
    const data = encrypt(KEY, SECRET);
    const text = file({ header: KEY_NAME + method, data, mac: sign(data, KEY) });
    expect(await importPskc(text, { preSharedKey: KEY })).toMatchObject(found);
  });

  it("may need no element that names the key", async () => {
    const text = file({ header: macMethod(base64(encrypt(KEY, MAC_KEY))) });
    expect(await importPskc(text, { preSharedKey: KEY })).toMatchObject(found);
  });

  it("may hold secrets of any length", async () => {
    const law = fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (secret) => {
      const { keys } = await importPskc(file({ data: encrypt(KEY, secret) }), { preSharedKey: KEY });
      expect(keys.map(({ key }) => [...decodeBase32(key.secret)])).toEqual([[...secret]]);
    });
    await fc.assert(law, { numRuns: 50 });
  });

  it("does not read one byte more of a Buffer than the key", async () => {
    const pool = Buffer.concat([randomBytes(8), KEY, randomBytes(8)]);
    expect(await importPskc(file(), { preSharedKey: pool.subarray(8, 24) })).toMatchObject(found);
  });
});

describe("AES key wrap (RFC 3394)", () => {
  // RFC 3394 sections 4.1 and 4.6.
  const wrapped = [
    [
      "kw-aes128",
      "000102030405060708090a0b0c0d0e0f",
      "00112233445566778899aabbccddeeff",
      "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5",
    ],
    [
      "kw-aes256",
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
      "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
      "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
    ],
  ] as const;

  it.each(wrapped)("opens a secret without an authentication code: %s", async (method, key, secret, data) => {
    const text = container(KEY_NAME, keyPackage({ data: encrypted("Secret", base64(fromHex(data)), null, method) }));
    const { keys } = await importPskc(text, { preSharedKey: fromHex(key) });
    expect(keys.map((each) => Buffer.from(decodeBase32(each.key.secret)).toString("hex"))).toEqual([secret]);
  });

  it("opens the key of the authentication codes", async () => {
    const [[method, key, secret, data]] = wrapped;
    const header = KEY_NAME + macMethod(base64(fromHex(data))).replace("aes128-cbc", method);
    const hidden = encrypt(fromHex(key), SECRET);
    const text = file({ header, data: hidden, mac: sign(hidden, fromHex(secret)) });
    expect(await importPskc(text, { preSharedKey: fromHex(key) })).toMatchObject(found);
  });

  it.each([0, 8, 23, 24])("names a changed secret, and refuses a file with nothing else: %i bytes", async (length) => {
    const [[method, key, , data]] = wrapped;
    const changed = fromHex(data).slice(0, length);
    if (length > 0) changed[0] = (changed[0] as number) ^ 1;
    const bad = keyPackage({ data: encrypted("Secret", base64(changed), null, method) });
    const good = keyPackage({ data: encrypted("Secret", base64(fromHex(data)), null, method) });
    const preSharedKey = fromHex(key);
    const reason = length === 0 ? "secret" : "mac";
    expect((await importPskc(container(KEY_NAME, bad, good), { preSharedKey })).skipped).toMatchObject([
      { at: 1, reason },
    ]);
    if (length > 0)
      await expect(importPskc(container(KEY_NAME, bad), { preSharedKey })).rejects.toMatchObject(refused("text"));
  });
});

describe("a file under a pass phrase (PSKC 7)", () => {
  afterEach(() => vi.unstubAllGlobals());

  const PBKDF2 = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2";
  const salt = Buffer.from("123eff3c4a72129c", "hex");
  interface Derivation {
    readonly iterations?: string;
    readonly length?: string;
    readonly prf?: string;
    readonly method?: string;
    readonly salt?: string;
  }
  const derivation = (parts: Derivation = {}) => {
    const { iterations = "1000", length = "16", prf = "<PRF/>", method = PBKDF2 } = parts;
    return `<EncryptionKey><xenc11:DerivedKey><xenc11:KeyDerivationMethod Algorithm="${method}"><PBKDF2-params xmlns="">
      <Salt><Specified>${parts.salt ?? base64(salt)}</Specified></Salt><IterationCount>${iterations}</IterationCount>
      <KeyLength>${length}</KeyLength>${prf}</PBKDF2-params></xenc11:KeyDerivationMethod></xenc11:DerivedKey></EncryptionKey>`;
  };
  const fileOf = (key: Uint8Array, parts: Derivation = {}) =>
    file({ key, header: derivation(parts) + headerOf(key).replace(KEY_NAME, "") });

  it("figure 7 of RFC 6030 is read, without a counter", async () => {
    const header = derivation() + macMethod("2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx");
    const value = "oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f";
    const data = encrypted("Secret", value, "LP6xMvjtypbfT9PdkJhBZ+D6O4w=");
    expect(await importPskc(container(header, keyPackage({ data })), { passphrase: "qwerty" })).toMatchObject(found);
  });

  it.each([
    ["SHA-1 by default", "sha1", "<PRF/>"],
    ["SHA-1 without the element", "sha1", ""],
    ["SHA-1", "sha1", '<PRF Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"/>'],
    ["SHA-256", "sha256", '<PRF Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"/>'],
    ["SHA-384", "sha384", '<PRF Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha384"/>'],
    ["SHA-512", "sha512", '<PRF Algorithm="hmacWithSHA512"/>'],
  ])("is derived with %s", async (_, hash, prf) => {
    const key = pbkdf2Sync("pässword 🔐", salt, 1000, 32, hash);
    const text = fileOf(key, { prf, length: "32" });
    expect(await importPskc(text, { passphrase: "pässword 🔐" })).toMatchObject(found);
  });

  it.each([
    ["another function", { method: "http://www.w3.org/2009/xmlenc11#ConcatKDF" }],
    ["a function with a longer name", { method: `${PBKDF2}x` }],
    ["no function", { method: "" }],
    ["an unknown hash", { prf: '<PRF Algorithm="hmac-md5"/>' }],
    ["a salt that is not base64", { salt: "?" }],
    ["no salt", { salt: "" }],
    ["a key of 24 bytes", { length: "24" }],
    ["a key without a length", { length: "" }],
    ["no iterations", { iterations: "0" }],
    ["a negative number of iterations", { iterations: "-1" }],
    ["a number of iterations that is not a number", { iterations: "many" }],
    ["iterations for hours", { iterations: "10000001" }],
  ])("is refused with %s", async (_, parts) => {
    const text = fileOf(pbkdf2Sync("qwerty", salt, 1000, 16, "sha1"), parts);
    const expected = "encrypted with AES by PBKDF2 of at most 10000000 iterations";
    await expect(importPskc(text, { passphrase: "qwerty" })).rejects.toMatchObject(refused("text", expected));
  });

  it("may take one iteration", async () => {
    const text = fileOf(pbkdf2Sync("qwerty", salt, 1, 16, "sha1"), { iterations: "1" });
    expect(await importPskc(text, { passphrase: "qwerty" })).toMatchObject(found);
  });

  it("may take 10,000,000 iterations", async () => {
    // The real derivation takes seconds. This one returns the key and records its parameters.
    const asked: unknown[] = [];
    const deriveBits = async (algorithm: object) => {
      asked.push(algorithm);
      return Uint8Array.from(KEY).buffer;
    };
    const { subtle } = globalThis.crypto;
    const text = fileOf(KEY, { iterations: "10000000" });
    vi.stubGlobal("crypto", {
      subtle: {
        deriveBits,
        importKey: subtle.importKey.bind(subtle),
        decrypt: subtle.decrypt.bind(subtle),
        verify: subtle.verify.bind(subtle),
      },
    });
    expect(await importPskc(text, { passphrase: "qwerty" })).toMatchObject(found);
    expect(asked).toMatchObject([{ name: "PBKDF2", iterations: 10_000_000, hash: "SHA-1" }]);
  });

  it("is refused with another pass phrase", async () => {
    const text = fileOf(pbkdf2Sync("qwerty", salt, 1000, 16, "sha1"));
    await expect(importPskc(text, { passphrase: "Qwerty" })).rejects.toMatchObject(refused("text"));
  });
});

describe("the wrong key", () => {
  it("is told for the whole file, with a key of the right length, whatever the padding happens to be", async () => {
    const law = fc.asyncProperty(fc.uint8Array({ minLength: 16, maxLength: 16 }), async (other) => {
      fc.pre(!Buffer.from(other).equals(KEY));
      const result = await importPskc(file(), { preSharedKey: other }).catch((error: unknown) => error);
      // Once in 65,536 wrong keys, both paddings are right by chance: then the entry is named.
      if (result instanceof Error) expect(result).toMatchObject(refused("text", "encrypted with this key"));
      else expect(result).toMatchObject(skipped("mac"));
    });
    await fc.assert(law, { numRuns: 300 });
  });

  it("is told with a key of another length", async () => {
    const text = file();
    await expect(importPskc(text, { preSharedKey: LONG_KEY })).rejects.toMatchObject(refused("text"));
    await expect(importPskc(file({ key: LONG_KEY }), { preSharedKey: KEY })).rejects.toMatchObject(refused("text"));
    const mislabelled = text.replaceAll("aes128-cbc", "aes256-cbc");
    await expect(importPskc(mislabelled, { preSharedKey: KEY })).rejects.toMatchObject(refused("text"));
  });

  it("is told when the file has no authentication codes that could tell it", async () => {
    // With another vector, once in 256, the padding is right by chance. Then the entry is named.
    const data = encrypt(LONG_KEY, SECRET, new Uint8Array(16));
    const text = file({ header: KEY_NAME, data, mac: null });
    await expect(importPskc(text, { preSharedKey: KEY })).rejects.toMatchObject(refused("text"));
  });

  it("is asked for by its name when it is missing", async () => {
    await expect(importPskc(file())).rejects.toMatchObject(refused("preSharedKey"));
    await expect(importPskc(file(), { passphrase: "x" })).rejects.toMatchObject(refused("preSharedKey"));
    const derived = container(
      "<EncryptionKey><xenc11:DerivedKey/></EncryptionKey>",
      keyPackage({ data: encrypted("Secret", "AA==", null) }),
    );
    await expect(importPskc(derived, { preSharedKey: KEY })).rejects.toMatchObject(refused("passphrase"));
    await expect(importPskc(derived, { passphrase: "x" })).rejects.toMatchObject(refused("text"));
  });

  it("is not needed when no entry can be used", async () => {
    const data = encrypted("Secret", base64(encrypt(KEY, SECRET)), null);
    const text = container(headerOf(KEY), keyPackage({ algorithm: `${PROFILE}pin`, data }));
    expect(await importPskc(text)).toMatchObject(skipped("type"));
  });

  it("is not needed when nothing is encrypted", async () => {
    expect(await importPskc(container(KEY_NAME, keyPackage()), { preSharedKey: LONG_KEY })).toMatchObject(found);
  });
});

describe("a value that is not authentic", () => {
  const options: ImportPskcOptions = { preSharedKey: KEY };

  it("is skipped when any bit of it or of its code was changed (R4)", async () => {
    const data = encrypt(KEY, SECRET);
    const mac = Buffer.from(sign(data), "base64");
    const good = keyPackage({ device: "", data: encrypted("Secret", base64(data), base64(mac)) });
    const law = fc.asyncProperty(fc.boolean(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (inMac, at, bits) => {
      const changed = Buffer.from(inMac ? mac : data);
      const i = at % changed.length;
      changed[i] = (changed[i] as number) ^ bits;
      const value = inMac ? [base64(data), base64(changed)] : [base64(changed), base64(mac)];
      const bad = keyPackage({ data: encrypted("Secret", value[0] as string, value[1] as string) });
      const { keys, skipped: names } = await importPskc(container(headerOf(KEY), bad, good), options);
      expect(keys).toHaveLength(1);
      expect(names).toEqual([{ at: 1, serial: "1001", reason: "mac" }]);
    });
    await fc.assert(law, { numRuns: 200 });
  });

  it("is named when it is alone in its file, because its padding shows that the key is right", async () => {
    expect(await importPskc(file({ mac: sign(Buffer.from("other")) }), options)).toMatchObject(skipped("mac"));
  });

  it.each([
    ["no code", null],
    ["an empty code", ""],
    ["a code that is not base64", "?"],
    ["a shorter code", "Su+NvtQf"],
    ["the code of the plain secret", sign(SECRET)],
  ])("is skipped with %s", async (_, mac) => {
    expect(await importPskc(file({ mac }), options)).toMatchObject(skipped("mac"));
  });

  it.each([
    ["no method", ""],
    ["an unknown method", macMethod(base64(encrypt(KEY, MAC_KEY)), "http://www.w3.org/2001/04/xmldsig-more#hmac-md5")],
    ["a method that cuts the code", macMethod(base64(encrypt(KEY, MAC_KEY)), "urn:example:hmac-sha1-96")],
    ["a method without a name", "<MACMethod/>"],
    [
      "a key that is kept elsewhere",
      macMethod("").replace(/<MACKey>.*<\/MACKey>/s, "<MACKeyReference>x</MACKeyReference>"),
    ],
    ["a key under an unknown cipher", macMethod(base64(encrypt(KEY, MAC_KEY))).replace("aes128-cbc", "tripledes-cbc")],
    ["a key of no bytes", macMethod(base64(encrypt(KEY, new Uint8Array(0))))],
  ])("is skipped in a file whose codes have %s", async (_, method) => {
    expect(await importPskc(file({ header: KEY_NAME + method }), options)).toMatchObject(skipped("mac"));
  });

  it("is any value of a token, not only its secret", async () => {
    const counter = encrypt(KEY, Buffer.from("7"));
    const more = (mac: string) => encrypted("Counter", base64(counter), mac);
    expect(await importPskc(file({ more: more(sign(counter)) }), options)).toMatchObject({
      keys: [{ key: { counter: 7 } }],
    });
    expect(await importPskc(file({ more: more(sign(SECRET)) }), options)).toMatchObject(skipped("mac"));
  });
});

describe("an encrypted number", () => {
  const number = async (name: string, bytes: Uint8Array) => {
    const data = encrypt(KEY, bytes);
    const parts = { algorithm: `${PROFILE}totp`, data: `${HOTP_DATA}${plain("TimeInterval", 30)}` };
    const hotp = name === "Counter";
    const value = encrypted(name, base64(data), sign(data));
    const content = hotp ? { data: plain("Secret", base64(SECRET)) + value } : { ...parts, data: parts.data + value };
    const { keys, skipped: names } = await importPskc(container(headerOf(KEY), keyPackage(content)), {
      preSharedKey: KEY,
    });
    const [first] = keys;
    if (first === undefined) return names[0]?.reason;
    return first.key.type === "hotp" ? first.key.counter : first.drift;
  };

  it("is text or bytes with the most significant one first", async () => {
    expect(await number("Counter", Buffer.from("298507"))).toBe(298_507);
    expect(await number("Counter", fromHex("0006314a"))).toBe(405_834);
    expect(await number("Counter", fromHex("00000000000eab70"))).toBe(961_392);
    expect(await number("Counter", Buffer.from("1234"))).toBe(1234);
    expect(await number("TimeDrift", fromHex("fffffffe"))).toBe(-2);
    expect(await number("TimeDrift", fromHex("fffffffffffffffd"))).toBe(-3);
  });

  it("skips the entry when it is anything else", async () => {
    for (const hex of [
      "",
      "00",
      "ffffffff",
      "ffffffffffffffff",
      "0020000000000000",
      "010203",
      "31".repeat(33),
      "ff".repeat(40),
    ]) {
      expect(await number("Counter", fromHex(hex)), hex).toBe("counter");
    }
    const spoilt = randomBytes(16);
    const value = encrypted("Counter", base64(spoilt), sign(spoilt));
    expect(await importPskc(file({ more: value }), { preSharedKey: KEY })).toMatchObject(skipped("counter"));
    expect(await number("TimeDrift", Buffer.from("-0"))).toBe(0);
    expect(await number("TimeDrift", Buffer.from("3001"))).toBe("period");
  });
});

describe("a cipher that is not known", () => {
  it.each(["aes192-cbc", "tripledes-cbc", "rsa-1_5", "aes128", "kw-aes128-cbc", ""])(
    "skips the entry: %j",
    async (method) => {
      const data = encrypt(KEY, SECRET);
      const value = encrypted("Secret", base64(data), sign(data), method);
      const result = await importPskc(container(headerOf(KEY), keyPackage({ data: value })), { preSharedKey: KEY });
      expect(result).toMatchObject(skipped("secret"));
    },
  );

  it("and a value without a cipher, without data or of a wrong length skip the entry", async () => {
    const secret = (content: string) => `<Secret><EncryptedValue>${content}</EncryptedValue></Secret>`;
    const short = randomBytes(16);
    const odd = randomBytes(40);
    const sealed = (data: Uint8Array) => encrypted("Secret", base64(data), sign(data));
    const values = [secret(""), secret("<xenc:CipherData/>"), secret(cipherData("?")), sealed(short), sealed(odd)];
    const good = encrypted("Secret", base64(encrypt(KEY, SECRET)), null);
    for (const data of values) {
      const text = container(headerOf(KEY), keyPackage({ data }), keyPackage({ data: good }));
      expect((await importPskc(text, { preSharedKey: KEY })).skipped[0]).toMatchObject({ at: 1, reason: "secret" });
    }
  });
});

describe("without WebCrypto", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([undefined, {}])("plain files are read and encrypted ones rejected: crypto %j", async (value) => {
    const text = file();
    vi.stubGlobal("crypto", value);
    expect(await importPskc(container(keyPackage()))).toMatchObject(found);
    await expect(importPskc(text, { preSharedKey: KEY })).rejects.toThrow(refusal("crypto-unavailable"));
  });
});

describe("the options", () => {
  it.each([
    ["preSharedKey", new Uint8Array(15)],
    ["preSharedKey", new Uint8Array(24)],
    ["preSharedKey", "0123456789abcdef"],
    ["preSharedKey", null],
    ["passphrase", ""],
    ["passphrase", 1],
    ["passphrase", "\ud800"],
    ["passphrase", null],
    ["password", "x"],
  ])("are checked: %s", async (name, value) => {
    await expect(importPskc(container(), { [name]: value })).rejects.toThrow(refusal("invalid-argument", name));
  });

  it("may be undefined one by one, but not null", async () => {
    expect(await importPskc(container(keyPackage()), { preSharedKey: undefined, passphrase: undefined })).toMatchObject(
      found,
    );
    await expect(importPskc(container(), null as never)).rejects.toMatchObject({ argument: "options" });
  });
});
