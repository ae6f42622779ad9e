// Seed files as they may arrive: random text, and files that were right before something happened to them.
import { createCipheriv, createHmac } from "node:crypto";
import { randomOf } from "./random.js";

/** The key of the files that are encrypted. */
export const PRE_SHARED_KEY = Uint8Array.from(Buffer.from("12345678901234567890123456789012", "hex"));
const SECRET = Buffer.from("12345678901234567890");
const HEX = SECRET.toString("hex");
const BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const BASE64 = SECRET.toString("base64");
/** What no error message may repeat. */
export const SECRETS = [HEX, BASE32, BASE64, "12345678901234567890"];

const iv = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
const macKey = Buffer.from("1122334455667788990011223344556677889900", "hex");
const encrypt = (data) => {
  const cipher = createCipheriv("aes-128-cbc", PRE_SHARED_KEY, iv);
  return Buffer.concat([iv, cipher.update(data), cipher.final()]);
};
const sealed = encrypt(SECRET);
const cipherData = (data) =>
  `<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><xenc:CipherData><xenc:CipherValue>${data.toString("base64")}</xenc:CipherValue></xenc:CipherData>`;
const mac = createHmac("sha1", macKey).update(sealed).digest("base64");
const HEADER = `<EncryptionKey><ds:KeyName>k</ds:KeyName></EncryptionKey><MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><MACKey>${cipherData(encrypt(macKey))}</MACKey></MACMethod>`;
const PLAIN_SECRET = `<Secret><PlainValue>${BASE64}</PlainValue></Secret>`;
const SEALED_SECRET = `<Secret><EncryptedValue>${cipherData(sealed)}</EncryptedValue><ValueMAC>${mac}</ValueMAC></Secret>`;
const keyPackage = (type, suite, secret, data) =>
  `<KeyPackage><DeviceInfo><Manufacturer>oath.UB</Manufacturer><SerialNo>1001</SerialNo></DeviceInfo><Key Id="1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:${type}"><Issuer>Example</Issuer><AlgorithmParameters>${suite}<ResponseFormat Length="6" Encoding="DECIMAL"/></AlgorithmParameters><Data>${secret}${data}</Data><Policy><StartDate>2026-01-01T00:00:00Z</StartDate><KeyUsage>OTP</KeyUsage></Policy></Key></KeyPackage>`;
const container = (...content) =>
  `<?xml version="1.0"?>\n<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">${content.join("\n")}</KeyContainer>`;
const hotp = (secret) => keyPackage("hotp", "", secret, "<Counter><PlainValue>42</PlainValue></Counter>");
const totp = (secret) =>
  keyPackage("totp", "<Suite>HMAC-SHA256</Suite>", secret, "<TimeInterval><PlainValue>60</PlainValue></TimeInterval>");
const ocra = keyPackage("ocra", "<Suite>OCRA-1:HOTP-SHA1-6:QN08</Suite>", PLAIN_SECRET, "").replace("OTP<", "CR<");
const PSKC_FILES = [
  container(hotp(PLAIN_SECRET)),
  container(totp(PLAIN_SECRET), ocra),
  container(HEADER, hotp(SEALED_SECRET)),
];
const CSV_FILES = [
  `serial number,secret key,time interval,manufacturer\r\n1001,${BASE32},30,Token2\r\n1002,${BASE32},60,Token2\r\n`,
  `sn;seed (hex);type;digits;counter\n1001;${HEX};hotp;8;3\n1002;${HEX};hotp;6;\n`,
  `1001, ${HEX}, totp, 6, 60\n1002, ${HEX}\n1003,${HEX},ocra,OCRA-1:HOTP-SHA1-6:QN08\n`,
  `LOGGING START,1.1.26 10:00\nOATH-HOTP,1.1.26 10:00,1,cccccccccccc,,${HEX},,,0,0,1,6,0,0,0,0,0,0\n`,
  `"serial","secret","period"\n"1001","${BASE64}","30"\n`,
];
const XML_PIECES = [
  ..."<>&;\"'/=!?-[] \n\0",
  ..."<!-- --> <![CDATA[ ]]> <?x ?> <!DOCTYPE <!ENTITY &amp; &#65; &#0; &x; xmlns= xmlns:a= a: <KeyPackage> </KeyPackage>".split(
    " ",
  ),
  ..."<Key/> <Data> </Data> <PlainValue> 18446744073709551616 -1 1e3 __proto__ constructor \ud800".split(" "),
];
const CSV_PIECES = [
  ..."\",;\t\n\r#= '\0",
  '""',
  "serial",
  "secret",
  "totp",
  "hotp",
  "ocra",
  "__proto__",
  "-1",
  "99999999999999999999",
];

/** An endless row of files that the seed decides: `{ kind: "pskc" | "csv", text }`. */
export function filesOf(seed) {
  const { below, oneOf, ofLength } = randomOf(seed);
  const mutated = (text, pieces) => {
    let changed = text;
    for (let edits = oneOf([0, 1, 1, 1, 2, 3]); edits > 0; edits--) {
      const at = below(changed.length + 1);
      const to = Math.min(changed.length, at + oneOf([0, 0, 1, 1, 2, 30]));
      const letter = oneOf(["A", "a", "7", "-", "", ""]);
      const moved = changed.slice(below(at + 1), at);
      const inserted = oneOf([letter, letter, letter, oneOf(pieces), moved, oneOf(pieces).repeat(below(100))]);
      changed = changed.slice(0, at) + inserted + changed.slice(to);
    }
    return changed;
  };
  const noise = () => ofLength(60, () => String.fromCharCode(below(0x10000)));
  const pskc = [
    () => noise(),
    () => ofLength(20, () => oneOf(XML_PIECES)),
    () => container(ofLength(8, () => oneOf(XML_PIECES))),
    ...Array(5).fill(() => mutated(oneOf(PSKC_FILES), XML_PIECES)),
  ];
  const csv = [
    () => noise(),
    () => ofLength(30, () => oneOf(CSV_PIECES)),
    ...Array(6).fill(() => mutated(oneOf(CSV_FILES), CSV_PIECES)),
  ];
  const kinds = [() => ({ kind: "pskc", text: oneOf(pskc)() }), () => ({ kind: "csv", text: oneOf(csv)() })];
  let turn = 0;
  return () => kinds[turn++ % 2]();
}
