// From messages to the responses that a token shows: signing, truncation, reading what a user typed, and finding it among them.
import { type Alphabet, DIGITS, readSymbols } from "../encoding/alphabet.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { DIGEST_BYTES } from "../hmac/algorithm.ts";
import { loadBytes } from "../hmac/hash/hash.ts";
import type { AsyncSigner, Signer } from "../hmac/signer.ts";
import { checkDigest, signerFailed } from "../otp/candidates.ts";
import { truncateWords } from "../otp/truncate.ts";
import { type MessageTemplate, messageAt } from "./message.ts";
import type { Position } from "./positions.ts";
import type { OcraSuite } from "./suite.ts";

/** Hexadecimal digits, read in either case. */
const HEXADECIMAL: Alphabet = /* @__PURE__ */ Object.freeze({
  symbols: "0123456789abcdef",
  meant: (character: string) => ("0123456789abcdefABCDEF".includes(character) ? character.toLowerCase() : undefined),
});

/** What a user typed as a response of this suite, or `null` if it is malformed. */
export function readResponse(code: unknown, { digits, algorithm }: OcraSuite): string | null {
  if (digits > 0) return readSymbols(code, DIGITS, digits);
  return readSymbols(code, HEXADECIMAL, DIGEST_BYTES[algorithm] * 2);
}

/** No position has the response. */
const NO_MATCH = -1;

/**
 * The index of the first position that has this response, or -1. All responses are computed before one is compared, so that the
 * work does not tell where the match is. A promise for an asynchronous signer.
 *
 * @param typed - of `readResponse`.
 */
export function search(
  typed: string,
  template: MessageTemplate,
  positions: readonly Position[],
  signer: Signer | AsyncSigner,
  suite: OcraSuite,
): number | Promise<number> {
  const messages = positions.map((position) => messageAt(template, position));
  const responses = responsesTo(messages, signer, suite);
  const find = (responses: readonly string[]) => indexOf(typed, responses);
  return responses instanceof Promise ? responses.then(find) : find(responses);
}

/** The lowest index of `typed`. Every response is compared in full and with the same operations. */
function indexOf(typed: string, responses: readonly string[]): number {
  let index = NO_MATCH;
  // Downwards, so that the lowest index stays.
  for (let i = responses.length - 1; i >= 0; i--) {
    const response = responses[i] as string;
    let difference = 0;
    for (let j = 0; j < typed.length; j++) difference |= typed.charCodeAt(j) ^ response.charCodeAt(j);
    // All ones if they are equal, else zero.
    index ^= (index ^ i) & ((difference - 1) >> 31);
  }
  return index;
}

/** The response to each message, or a promise of them if the signer is asynchronous. Every message is signed. */
export function responsesTo(
  messages: readonly Bytes[],
  signer: Signer | AsyncSigner,
  suite: OcraSuite,
): readonly string[] | Promise<readonly string[]> {
  return signer.async === true ? signLater(messages, signer, suite) : signNow(messages, signer, suite);
}

function signNow(messages: readonly Bytes[], signer: Signer, suite: OcraSuite): readonly string[] {
  try {
    return messages.map((message) => responseOf(signer.sign(message), suite));
  } catch (cause) {
    throw signerFailed(cause);
  }
}

async function signLater(
  messages: readonly Bytes[],
  signer: AsyncSigner,
  suite: OcraSuite,
): Promise<readonly string[]> {
  try {
    // All signatures are requested before the first one is awaited.
    const digests = messages.map(async (message) => signer.sign(message));
    return (await Promise.all(digests)).map((digest) => responseOf(digest, suite));
  } catch (cause) {
    throw signerFailed(cause);
  }
}

/** RFC 6287 section 5.2: the digest in hexadecimal, or truncated as for HOTP (RFC 4226 section 5.3). */
function responseOf(digest: unknown, { digits, algorithm }: OcraSuite): string {
  const bytes = checkDigest(digest, algorithm);
  if (digits === 0) return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const words = new Int32Array(bytes.length / 4);
  loadBytes(words, bytes, 0);
  return String(truncateWords(words) % 10 ** digits).padStart(digits, "0");
}
