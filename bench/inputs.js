import { referenceCode } from "./speed/node-crypto.js";

/** How many different inputs an operation is given in turn, so that a cache of the last input does not help. */
export const POOL = 1024;

const LENGTH = { SHA1: 20, SHA256: 32, SHA512: 64 };
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The secrets of RFC 6238 Appendix B: the ASCII digits, as long as the hash. */
export function rfcSecret(algorithm) {
  const bytes = Uint8Array.from({ length: LENGTH[algorithm] }, (_, i) => 48 + ((i + 1) % 10));
  return { algorithm, bytes, text: base32(bytes) };
}

/** Other secrets of the same length, as a server reads them from its database. */
export function manySecrets(algorithm) {
  return Array.from({ length: POOL }, (_, i) => {
    const bytes = Uint8Array.from({ length: LENGTH[algorithm] }, (_, j) => (i * 167 + j * 59 + (i >> 3) * j) & 255);
    return { algorithm, bytes, text: base32(bytes) };
  });
}

/** What is measured, and what the tables call it. */
export const ROWS = {
  cold: "generate, cold",
  prepared: "generate, prepared",
  right: "verify ±1, right",
  wrong: "verify ±1, wrong",
  lookAhead: "look-ahead 100",
};

/** Every row's operation with its positions and the code or text that goes with each. */
export function operations(algorithm) {
  const secret = rfcSecret(algorithm);
  const now = Array.from({ length: POOL }, (_, i) => 1_700_000_000_000 + i * 7_654_321);
  const step = now.map((ms) => Math.floor(ms / 30_000));
  const counter = Array.from({ length: POOL }, (_, i) => 5000 + i * 321);
  const right = step.map((step, i) => referenceCode(secret, step + (i % 3) - 1));
  return {
    cold: { operation: "cold", positions: now, codes: manySecrets(algorithm).map(({ text }) => text) },
    prepared: { operation: "prepared", positions: now, codes: right },
    right: { operation: "verify", positions: now, codes: right },
    wrong: { operation: "verify", positions: now, codes: step.map((step) => wrongCode(secret, step - 1, step + 1)) },
    lookAhead: {
      operation: "lookAhead",
      positions: counter,
      codes: counter.map((counter) => wrongCode(secret, counter, counter + 100)),
    },
  };
}

/** A code that none of the counters has. */
export function wrongCode(secret, first, last) {
  const taken = new Set();
  for (let counter = first; counter <= last; counter++) taken.add(referenceCode(secret, counter));
  for (let guess = (first * 7919) % 1_000_000; ; guess = (guess + 1) % 1_000_000) {
    const code = String(guess).padStart(6, "0");
    if (!taken.has(code)) return code;
  }
}

function base32(bytes) {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits
    .match(/.{1,5}/g)
    .map((five) => ALPHABET[Number.parseInt(five.padEnd(5, "0"), 2)])
    .join("");
}
