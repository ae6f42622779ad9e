// Computes the candidates of a search: the truncated values of consecutive counters.
import { isBytes } from "../encoding/bytes.ts";
import { OtpError } from "../errors.ts";
import { type Algorithm, DIGEST_BYTES } from "../hmac/algorithm.ts";
import { loadBytes, toBytes } from "../hmac/hash/hash.ts";
import { PreparedSigner } from "../hmac/prepared.ts";
import type { AsyncSigner, Signer } from "../hmac/signer.ts";
import { highWord, lowWord } from "./counter.ts";
import { truncateWords } from "./truncate.ts";

/** Used with our own HMAC, which never calls foreign code: a search of up to 101 counters allocates nothing. */
const SCRATCH = /* @__PURE__ */ new Int32Array(101);

/**
 * The truncated values (RFC 4226 section 5.3) of `count` counters from `first` on, or a promise of them for an
 * {@link AsyncSigner}. The array may be longer than `count`. Read it before the next call.
 *
 * All values are computed before the first one is compared, so that the time does not depend on where a match is.
 */
export function computeValues(
  signer: Signer | AsyncSigner,
  first: number | bigint,
  count: number,
): Int32Array | Promise<Int32Array> {
  let high = highWord(first);
  let low = lowWord(first);
  if (!PreparedSigner.is(signer))
    return signer.async === true ? signLater(signer, high, low, count) : signNow(signer, high, low, count);
  const values = count <= SCRATCH.length ? SCRATCH : new Int32Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = truncateWords(signer.signCounter(high, low));
    low = (low + 1) | 0;
    if (low === 0) high = (high + 1) | 0;
  }
  return values;
}

/** The answer of a search that needs no signature, in the form of the other answers of this signer. */
export function answerUnsigned<T>(signer: Signer | AsyncSigner, answer: T): T | Promise<T> {
  return signer.async === true ? Promise.resolve(answer) : answer;
}

function signNow(signer: Signer, high: number, low: number, count: number): Int32Array {
  const values = new Int32Array(count);
  try {
    for (let i = 0; i < count; i++) values[i] = truncateDigest(signer.sign(messageAt(high, low, i)), signer.algorithm);
  } catch (cause) {
    throw signerFailed(cause);
  }
  return values;
}

async function signLater(signer: AsyncSigner, high: number, low: number, count: number): Promise<Int32Array> {
  try {
    const { algorithm } = signer;
    // All signatures are requested before the first one is awaited: a KMS computes them in parallel.
    const digests = Array.from({ length: count }, async (_, i) => signer.sign(messageAt(high, low, i)));
    return Int32Array.from(await Promise.all(digests), (digest) => truncateDigest(digest, algorithm));
  } catch (cause) {
    throw signerFailed(cause);
  }
}

/** The counter as eight bytes, big-endian (RFC 4226 section 5.1). The bytes are new, because a signer may keep them. */
function messageAt(high: number, low: number, distance: number) {
  const sum = (low >>> 0) + distance;
  return toBytes(Int32Array.of(high + (sum >= 0x100000000 ? 1 : 0), sum));
}

function truncateDigest(digest: unknown, algorithm: Algorithm): number {
  const bytes = checkDigest(digest, algorithm);
  const words = new Int32Array(bytes.length / 4);
  loadBytes(words, bytes, 0);
  return truncateWords(words);
}

/** What `sign()` returned or resolved to, if it is a digest of this algorithm. */
export function checkDigest(digest: unknown, algorithm: Algorithm): Uint8Array {
  const length = DIGEST_BYTES[algorithm];
  if (!isBytes(digest) || digest.length !== length) {
    ignoreRejection(digest);
    throw new TypeError(`sign() must return a Uint8Array of ${length} bytes, or a promise of it with \`async: true\``);
  }
  return digest;
}

/** A signer that does not declare `async: true` may have returned a promise. Its rejection must not end the process. */
function ignoreRejection(value: unknown): void {
  Promise.resolve(value).catch(() => {});
}

export function signerFailed(cause: unknown): OtpError {
  return new OtpError("signer-failed", "the signer of the key failed", { cause });
}
