// Codes with the options of otplib 12.
import { refuse } from "../../check.ts";
import { toAlgorithm } from "../../hmac/algorithm.ts";
import { PreparedSigner } from "../../hmac/prepared.ts";
import { truncate } from "../../otp/truncate.ts";
import { codeText, type Halves, valueAt } from "../code.ts";
import { fromHex } from "../text-encoding.ts";
import { type Complete, checkText } from "./options.ts";
import { createDigest, createHmacKey, hotpKeyBytes, repeatedHmacKey, totpKeyBytes } from "./plugins.ts";

/** The code of a counter. */
export type CodeOf = (counter: number | bigint) => string;

/** The codes of a secret. Without functions of the caller, the key is prepared once and nothing is written as text. */
export function codesOf(secret: unknown, options: Complete): CodeOf {
  const { algorithm, digits, digest, encoding } = options;
  if (digest) return () => codeOfDigest(digest, digits);
  const prepared = signerOf(secret, options);
  if (prepared !== null) return (counter) => codeText(valueAt(prepared, halvesOf(counter), digits), digits);
  const hmacKey = checkText(options.createHmacKey(algorithm, secret as string, encoding), "createHmacKey");
  return (counter) => {
    const [high, low] = halvesOf(counter);
    const hex = [high, low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
    return codeOfDigest(checkText(options.createDigest(algorithm, hmacKey, hex), "createDigest"), digits);
  };
}

function signerOf(secret: unknown, options: Complete): PreparedSigner | null {
  if (options.createDigest !== createDigest) return null;
  const { algorithm, encoding } = options;
  const name = toAlgorithm(algorithm);
  if (options.createHmacKey === createHmacKey) return new PreparedSigner(hotpKeyBytes(secret, encoding), name);
  if (options.createHmacKey !== repeatedHmacKey) return null;
  return new PreparedSigner(totpKeyBytes(algorithm, secret, encoding), name);
}

function codeOfDigest(digest: unknown, digits: number): string {
  if (typeof digest !== "string") refuse("digest", "hexadecimal text");
  return codeText(Number(truncate(fromHex(digest), 10)) % 10 ** digits, digits);
}

/** All 64 bits of a counter. Text is refused: otplib reads its digits as hexadecimal. */
function halvesOf(counter: unknown): Halves {
  if (Number.isSafeInteger(counter) && (counter as number) >= 0) {
    return [Math.floor((counter as number) / 2 ** 32), (counter as number) % 2 ** 32];
  }
  const isWhole = typeof counter === "bigint" || Number.isInteger(counter);
  const whole = isWhole ? BigInt(counter as bigint | number) : -1n;
  if (whole < 0n || whole >= 1n << 64n) refuse("counter", "an integer from 0 to 2^64 - 1");
  return [Number(whole >> 32n), Number(whole & 0xffffffffn)];
}

/** Whether a token can be a code at all. Every other value is a miss and never an exception. */
export function isToken(token: unknown): token is string {
  return typeof token === "string" && /^\d+$/.test(token);
}
