import { refuse } from "../check.ts";
import { isBytes } from "../encoding/bytes.ts";
import type { Algorithm } from "./algorithm.ts";
import { digest, type Hash, loadBytes, toBytes } from "./hash/hash.ts";
import { hashOf } from "./hash/hashes.ts";
import { RedactedSigner, type Signer } from "./signer.ts";

// RFC 2104 section 2.
const IPAD = 0x36363636;
const OPAD = 0x5c5c5c5c;

/**
 * An HMAC key (RFC 2104) after its only expensive part: the states that hashing the key xor ipad and the key xor opad
 * leaves behind. A message of up to one block then costs two compressions instead of four.
 */
export class PreparedSigner extends RedactedSigner implements Signer {
  readonly algorithm: Algorithm;
  readonly #hash: Hash;
  readonly #inner: Int32Array;
  readonly #outer: Int32Array;

  /** @param hash - another implementation of the algorithm. */
  constructor(secret: Uint8Array, algorithm: Algorithm, hash: Hash = hashOf(algorithm)) {
    super();
    this.algorithm = algorithm;
    const block = new Int32Array(hash.blockWords);
    // RFC 2104 section 2: a key longer than a block is hashed first; the block of SHA-512 is 128 bytes, not 64.
    if (secret.length > hash.blockWords * 4)
      digest(hash, hash.initial, 0, secret, block.subarray(0, hash.initial.length));
    else loadBytes(block, secret, 0);
    this.#hash = hash;
    this.#inner = keyState(hash, block, IPAD);
    this.#outer = keyState(hash, block, IPAD ^ OPAD);
  }

  sign(message: Uint8Array): Uint8Array {
    if (!isBytes(message)) refuse("message", "a Uint8Array");
    const hash = this.#hash;
    const words = new Int32Array(hash.initial.length);
    digest(hash, this.#inner, 1, message, words);
    digest(hash, this.#outer, 1, toBytes(words), words);
    return toBytes(words);
  }

  /** False for a signer of another copy of the package, which is then used like any other signer. */
  static is(signer: object): signer is PreparedSigner {
    if (!(signer instanceof PreparedSigner)) return false;
    // An object that only inherits from the class has no key. `#hash in signer` would say so, but Babel as React Native 0.72 sets it
    // up refuses that expression.
    try {
      return signer.#hash !== undefined;
    } catch {
      return false;
    }
  }

  /**
   * The digest, in words, of the 8-byte counter whose halves these are (RFC 4226 section 5.2). The array is one and the
   * same for every call with a hash: read it before the next one.
   */
  signCounter(high: number, low: number): Int32Array {
    const hash = this.#hash;
    hash.counterBlock[0] = high;
    hash.counterBlock[1] = low;
    hash.compress(this.#inner, hash.counterBlock, hash.digestBlock);
    hash.compress(this.#outer, hash.digestBlock, hash.digest);
    return hash.digest;
  }
}

/** The state after the block, which is the padded key or what the other padding has left, is combined with `pad`. */
function keyState(hash: Hash, block: Int32Array, pad: number): Int32Array {
  for (let i = 0; i < block.length; i++) block[i] = (block[i] as number) ^ pad;
  const state = new Int32Array(hash.initial.length);
  hash.compress(hash.initial, block, state);
  return state;
}
