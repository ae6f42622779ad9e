/** Encrypts the secrets of a PSKC file that is written, as RFC 6030 section 6 recommends: AES-CBC and HMAC-SHA-1. */
import { encodeBase64 } from "../../encoding/base64.ts";
import type { Bytes } from "../../encoding/bytes.ts";
import { randomBytes } from "../../encoding/random.ts";
import { BLOCK_BYTES, derivePbkdf2, encryptCbc, signHmac } from "./cipher.ts";
import { passphraseBytes } from "./derived-key.ts";
import type { ImportPskcOptions } from "./options.ts";

/** Writes the secrets of one file. */
export interface Sealer {
  /** The elements before the first key package. */
  readonly header: string;
  /** The content of the element of a secret. */
  seal(secret: Uint8Array): Promise<string>;
}

const MAC_KEY_BYTES = 20;
/** What OWASP recommends for PBKDF2 with HMAC-SHA-1, the one function that every reader of PSKC knows. */
const ITERATIONS = 1_300_000;
const PBKDF2 = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#";

/** Writes secrets in clear when neither a key nor a pass phrase is given. */
export async function createSealer({ preSharedKey, passphrase }: ImportPskcOptions): Promise<Sealer> {
  if (preSharedKey !== undefined) {
    const name = '<ds:KeyName xmlns:ds="http://www.w3.org/2000/09/xmldsig#">Pre-shared-key</ds:KeyName>';
    return encryptingSealer(new Uint8Array(preSharedKey), name);
  }
  if (passphrase !== undefined) return passphraseSealer(passphrase);
  const seal = async (secret: Uint8Array) => `<PlainValue>${encodeBase64(secret)}</PlainValue>`;
  return { header: "", seal };
}

async function passphraseSealer(passphrase: string): Promise<Sealer> {
  const salt = randomBytes(BLOCK_BYTES);
  const parameters = { salt, iterations: ITERATIONS, hash: "SHA-1", length: 16 };
  const key = await derivePbkdf2(passphraseBytes(passphrase), parameters);
  // The parameters have no namespace, as in figure 7 of the RFC.
  const derived = [
    '<xenc11:DerivedKey xmlns:xenc11="http://www.w3.org/2009/xmlenc11#">',
    `<xenc11:KeyDerivationMethod Algorithm="${PBKDF2}pbkdf2">`,
    `<pkcs5:PBKDF2-params xmlns:pkcs5="${PBKDF2}" xmlns="">`,
    `<Salt><Specified>${encodeBase64(salt)}</Specified></Salt>`,
    `<IterationCount>${ITERATIONS}</IterationCount><KeyLength>${key.length}</KeyLength><PRF/>`,
    "</pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod></xenc11:DerivedKey>",
  ];
  return encryptingSealer(key, derived.join(""));
}

async function encryptingSealer(key: Bytes, keyInfo: string): Promise<Sealer> {
  const macKey = randomBytes(MAC_KEY_BYTES);
  const header = [
    `  <EncryptionKey>${keyInfo}</EncryptionKey>`,
    '  <MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1">',
    `    <MACKey>${writeCipher(key, await encrypt(key, macKey))}</MACKey>`,
    "  </MACMethod>",
  ];
  return {
    header: `${header.join("\n")}\n`,
    async seal(secret) {
      const data = await encrypt(key, new Uint8Array(secret));
      const mac = encodeBase64(await signHmac(macKey, "SHA-1", data));
      return `<EncryptedValue>${writeCipher(key, data)}</EncryptedValue><ValueMAC>${mac}</ValueMAC>`;
    },
  };
}

function encrypt(key: Bytes, data: Bytes): Promise<Bytes> {
  return encryptCbc(key, randomBytes(BLOCK_BYTES), data);
}

function writeCipher(key: Bytes, data: Bytes): string {
  const algorithm = `http://www.w3.org/2001/04/xmlenc#aes${key.length * 8}-cbc`;
  const cipherData = `<xenc:CipherData><xenc:CipherValue>${encodeBase64(data)}</xenc:CipherValue></xenc:CipherData>`;
  return `<xenc:EncryptionMethod Algorithm="${algorithm}"/>${cipherData}`;
}
