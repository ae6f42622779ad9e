import { isBytes } from "../encoding/bytes.ts";
import { OtpError } from "../errors.ts";
import { loadBytes, toBytes } from "../hmac/hash.ts";
import { PreparedSigner } from "../hmac/prepared.ts";
import { type AsyncSigner, DIGEST_BYTES, type Signer } from "../hmac/signer.ts";
import { highWord, lowWord } from "./counter.ts";
import { truncate } from "./truncate.ts";

/** For our own HMAC, which calls nobody: a search of up to 100 counters allocates nothing. */
const SCRATCH = /* @__PURE__ */ new Int32Array(101);

/**
 * The truncated values (RFC 4226 section 5.3) of `count` counters from `first` on; a promise of them when the handle signs
 * asynchronously. The array may be longer than `count`, and is to be read before the next call.
 *
 * All are computed before one is compared, so that the work does not tell where a match was (trap 37).
 */
export function valuesFrom(
  signer: Signer | AsyncSigner,
  first: number | bigint,
  count: number,
): Int32Array | Promise<Int32Array> {
  let high = highWord(first);
  let low = lowWord(first);
  if (!PreparedSigner.is(signer)) return foreignValues(signer, high, low, count);
  const values = count <= SCRATCH.length ? SCRATCH : new Int32Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = truncate(signer.signCounter(high, low));
    low = (low + 1) | 0;
    if (low === 0) high = (high + 1) | 0;
  }
  return values;
}

function foreignValues(signer: Signer | AsyncSigner, high: number, low: number, count: number) {
  const digests: (Uint8Array | Promise<Uint8Array>)[] = [];
  let asynchronous: boolean;
  try {
    for (let i = 0; i < count; i++) {
      const sum = (low >>> 0) + i;
      // RFC 4226 section 5.1: 8 bytes, big-endian, and fresh: a handle may keep them.
      digests.push(signer.sign(toBytes(Int32Array.of(high + (sum >= 0x100000000 ? 1 : 0), sum))));
    }
    asynchronous = digests.some(isPromise);
  } catch (cause) {
    // Nobody will wait for those that were begun.
    Promise.allSettled(digests);
    throw signerFailed(cause);
  }
  const values = (settled: readonly unknown[]) => Int32Array.from(settled, (digest) => checkedValue(digest, signer));
  if (!asynchronous) return values(digests);
  return Promise.all(digests).then(values, (cause) => {
    throw signerFailed(cause);
  });
}

function checkedValue(digest: unknown, signer: Signer | AsyncSigner): number {
  const length = DIGEST_BYTES[signer.algorithm];
  if (!isBytes(digest) || digest.length !== length)
    throw signerFailed(new TypeError(`not a Uint8Array of ${length} bytes`));
  const words = new Int32Array(length / 4);
  loadBytes(words, digest, 0);
  return truncate(words);
}

function isPromise(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

function signerFailed(cause: unknown): OtpError {
  return new OtpError("signer-failed", "the handle's sign() failed", { cause });
}

/**
 * A verdict that needs no digest, in the colour of the others: only signing shows whether a handle is asynchronous. If
 * it fails, the verdict still stands.
 */
export function inColourOf<V>(signer: Signer | AsyncSigner, verdict: V): V | Promise<V> {
  if (PreparedSigner.is(signer)) return verdict;
  try {
    const values = valuesFrom(signer, 0, 1);
    if (!(values instanceof Promise)) return verdict;
    return values.then(
      () => verdict,
      () => verdict,
    );
  } catch {
    return verdict;
  }
}
