// The values of RFC 6030: a plain HOTP token, and the same one encrypted with a pre-shared key.
import { createHmac } from "node:crypto";
import { decodeBase32, encodeBase32 } from "otp-core";
import { importPskc } from "otp-core/tokens";
import { describe, expect, it } from "vitest";
import { container, encrypted, KEY_NAME, keyPackage, macMethod, plain } from "../support/pskc-file.ts";
import { fromHex, toHex } from "../support/vector-bytes.ts";
import { row, vectorFile } from "../support/vector-file.ts";

const file = vectorFile("pskc", ["plain", "presharedKey"]);
const text = "string";
const vector = row(file.plain, {
  algorithm: text,
  secret: text,
  secretHex: text,
  counter: "number",
  digits: "number",
  serial: text,
  manufacturer: text,
  issuer: text,
});
const sealed = row(file.presharedKey, {
  encryption: text,
  mac: text,
  keyHex: text,
  macKeyCipher: text,
  macKeyHex: text,
  secretCipher: text,
  valueMac: text,
  secretHex: text,
  counter: "number",
  digits: "number",
});

const parts = {
  device: `<Manufacturer>${vector.manufacturer}</Manufacturer><SerialNo>${vector.serial}</SerialNo>`,
  algorithm: vector.algorithm,
  issuer: `<Issuer>${vector.issuer}</Issuer>`,
  parameters: `<ResponseFormat Length="${vector.digits}" Encoding="DECIMAL"/>`,
};
const key = {
  type: "hotp",
  secret: encodeBase32(fromHex(vector.secretHex)),
  algorithm: "SHA1",
  digits: vector.digits,
  counter: vector.counter,
  issuer: vector.issuer,
};
const token = {
  key,
  serial: vector.serial,
  manufacturer: vector.manufacturer,
  model: null,
  drift: 0,
  startsAt: null,
  expiresAt: null,
};

describe("RFC 6030", () => {
  it("figure 3: a plain HOTP key", async () => {
    const data = plain("Secret", vector.secret) + plain("Counter", vector.counter);
    const result = await importPskc(container(keyPackage({ ...parts, data })));
    expect(result).toEqual({ keys: [token], ocra: [], skipped: [] });
  });

  const header = KEY_NAME + macMethod(sealed.macKeyCipher);
  const data = encrypted("Secret", sealed.secretCipher, sealed.valueMac) + plain("Counter", sealed.counter);
  const preSharedKey = fromHex(sealed.keyHex);

  it("figure 6: the same key, encrypted with AES-128-CBC and HMAC-SHA-1", async () => {
    expect(sealed.digits).toBe(vector.digits);
    const result = await importPskc(container(header, keyPackage({ ...parts, data })), { preSharedKey });
    expect(result).toEqual({ keys: [token], ocra: [], skipped: [] });
  });

  it("figure 6: the key of the authentication codes is the one that the RFC names", async () => {
    // A key package that holds it as its secret, encrypted in the same way.
    const bytes = Buffer.from(sealed.macKeyCipher, "base64");
    const mac = createHmac("sha1", fromHex(sealed.macKeyHex)).update(bytes).digest("base64");
    const hidden = encrypted("Secret", sealed.macKeyCipher, mac);
    const { keys } = await importPskc(container(header, keyPackage({ ...parts, data: hidden })), { preSharedKey });
    expect(keys.map((found) => toHex(decodeBase32(found.key.secret)))).toEqual([sealed.macKeyHex]);
  });

  it("says how the second one is protected", () => {
    expect(sealed.encryption).toBe("aes128-cbc, IV first");
    expect(sealed.mac).toBe("hmac-sha1 over IV and ciphertext");
    expect(sealed.secretHex).toBe(vector.secretHex);
  });
});
