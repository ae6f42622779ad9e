// From messages to the responses that a token shows: signing, truncation, and reading what a user typed.
import { type Alphabet, DIGITS, readSymbols } from "../encoding/alphabet.ts";
import { type Bytes, isBytes } from "../encoding/bytes.ts";
import { OtpError } from "../errors.ts";
import { loadBytes } from "../hmac/hash.ts";
import { type AsyncSigner, DIGEST_BYTES, type Signer } from "../hmac/signer.ts";
import { truncate } from "../otp/truncate.ts";
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

/** The response to each message, or a promise of them if the signer is asynchronous. Every message is signed. */
export function responsesTo(
  messages: readonly Bytes[],
  signer: Signer | AsyncSigner,
  { digits }: OcraSuite,
): readonly string[] | Promise<readonly string[]> {
  const write = (digests: readonly unknown[]) =>
    digests.map((digest) => responseOf(checkDigest(digest, signer), digits));
  const signed = signAll(messages, signer);
  return signed instanceof Promise ? signed.then(write) : write(signed);
}

/** RFC 6287 section 5.2: the digest in hexadecimal, or truncated as for HOTP (RFC 4226 section 5.3). */
function responseOf(digest: Uint8Array, digits: number): string {
  if (digits === 0) return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const words = new Int32Array(digest.length / 4);
  loadBytes(words, digest, 0);
  return String(truncate(words) % 10 ** digits).padStart(digits, "0");
}

function signAll(
  messages: readonly Bytes[],
  signer: Signer | AsyncSigner,
): readonly unknown[] | Promise<readonly unknown[]> {
  if (isAsync(signer)) return settle(messages.map(async (message) => signer.sign(message)));
  try {
    const signed = messages.map((message) => signer.sign(message));
    return signed.some(isPromise) ? settle(signed) : signed;
  } catch (cause) {
    throw signerFailed(cause);
  }
}

function isPromise(value: unknown): boolean {
  return value instanceof Promise;
}

function settle(signed: readonly unknown[]): Promise<readonly unknown[]> {
  return Promise.all(signed).catch((cause) => {
    throw signerFailed(cause);
  });
}

export function isAsync(signer: Signer | AsyncSigner): boolean {
  return (signer as { readonly async?: unknown }).async === true;
}

function checkDigest(digest: unknown, { algorithm }: Signer | AsyncSigner): Uint8Array {
  const length = DIGEST_BYTES[algorithm];
  if (!isBytes(digest) || digest.length !== length) {
    throw signerFailed(new TypeError(`not a Uint8Array of ${length} bytes`));
  }
  return digest;
}

function signerFailed(cause: unknown): OtpError {
  return new OtpError("signer-failed", "the signer's sign() failed", { cause });
}
