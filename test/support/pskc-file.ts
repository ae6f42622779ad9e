// Writes PSKC files by hand, so that a test can write one that `exportPskc` never would.

export const PROFILE = "urn:ietf:params:xml:ns:keyprov:pskc:";
export const SECRET = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=";
export const SECRET_BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
export const XMLENC = "http://www.w3.org/2001/04/xmlenc#";

export interface PackageParts {
  readonly device?: string;
  readonly algorithm?: string;
  readonly id?: string;
  readonly issuer?: string;
  readonly parameters?: string;
  readonly data?: string;
  readonly policy?: string;
}

export const plain = (name: string, value: string | number) => `<${name}><PlainValue>${value}</PlainValue></${name}>`;
export const DIGITS = '<ResponseFormat Length="6" Encoding="DECIMAL"/>';
export const HOTP_DATA = plain("Secret", SECRET) + plain("Counter", 0);
export const TOTP_DATA = plain("Secret", SECRET) + plain("TimeInterval", 30);

/** A HOTP token of 6 digits, unless the parts say something else. */
export function keyPackage(parts: PackageParts = {}): string {
  const { device = "<SerialNo>1001</SerialNo>", algorithm = `${PROFILE}hotp`, id = "1", issuer = "" } = parts;
  const { parameters = DIGITS, data = HOTP_DATA, policy = "" } = parts;
  return `<KeyPackage><DeviceInfo>${device}</DeviceInfo><Key Id="${id}" Algorithm="${algorithm}">${issuer}
    <AlgorithmParameters>${parameters}</AlgorithmParameters><Data>${data}</Data>${policy}</Key></KeyPackage>`;
}

export function container(...content: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
  xmlns:xenc="${XMLENC}" xmlns:xenc11="http://www.w3.org/2009/xmlenc11#">${content.join("\n")}</KeyContainer>`;
}

/** The content of `EncryptedValue` and of `MACKey`. */
export function cipherData(value: string, method = "aes128-cbc"): string {
  return `<xenc:EncryptionMethod Algorithm="${XMLENC}${method}"/>
    <xenc:CipherData><xenc:CipherValue>${value}</xenc:CipherValue></xenc:CipherData>`;
}

export const KEY_NAME = "<EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>";

export function macMethod(value: string, algorithm = "http://www.w3.org/2000/09/xmldsig#hmac-sha1"): string {
  return `<MACMethod Algorithm="${algorithm}"><MACKey>${cipherData(value)}</MACKey></MACMethod>`;
}

export function encrypted(name: string, value: string, mac: string | null, method?: string): string {
  const valueMac = mac === null ? "" : `<ValueMAC>${mac}</ValueMAC>`;
  return `<${name}><EncryptedValue>${cipherData(value, method)}</EncryptedValue>${valueMac}</${name}>`;
}
