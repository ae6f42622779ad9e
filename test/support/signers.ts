import type { AsyncSigner, Signer } from "otp-core";

export interface CountingMac extends Signer {
  /** How often it has signed. */
  calls(): number;
}

/** A handle whose truncated values are given: collisions, which a real key shows once in a million steps, as often as wanted. */
export function scripted(valueAt: (counter: bigint) => number): CountingMac {
  let calls = 0;
  return {
    algorithm: "SHA1",
    calls: () => calls,
    sign(message) {
      calls++;
      const counter = new DataView(message.buffer, message.byteOffset, 8).getBigUint64(0);
      // The last byte is 0, so that the value stands at the beginning (RFC 4226 section 5.3).
      const digest = new Uint8Array(20);
      new DataView(digest.buffer).setUint32(0, valueAt(counter));
      return digest;
    },
  };
}

/** The same handle, but it signs elsewhere. */
export function later(signer: Signer): AsyncSigner {
  return { algorithm: signer.algorithm, async: true, sign: async (message) => signer.sign(message) };
}
