import { createHmac, createSecretKey } from "node:crypto";

/**
 * The yard-stick: what a careful author writes by hand on `node:crypto`, and nothing else. It is not a rival, for it
 * checks nothing. It is written independently of all libraries, so it also says which code is valid.
 */
export const nodeCrypto = {
  name: "node:crypto by hand",
  algorithms: ["SHA1", "SHA256", "SHA512"],
  asynchronous: false,
  setUp({ bytes, algorithm }) {
    const digest = algorithm.toLowerCase();
    const key = createSecretKey(bytes);
    const message = Buffer.alloc(8);
    return {
      prepared: (now) => code(digest, key, message, Math.floor(now / 30_000)),
    };
  },
};

export function referenceCode({ bytes, algorithm }, counter) {
  return code(algorithm.toLowerCase(), bytes, Buffer.alloc(8), counter);
}

function code(digest, key, message, counter) {
  message.writeUInt32BE(Math.floor(counter / 2 ** 32), 0);
  message.writeUInt32BE(counter >>> 0, 4);
  const signer = createHmac(digest, key).update(message).digest();
  const offset = signer[signer.length - 1] & 15;
  return String((signer.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
