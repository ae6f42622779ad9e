import type { Bytes } from "../../encoding/bytes.ts";

/**
 * A hash of FIPS 180-4 in big-endian words of 32 bits, also for SHA-512: JavaScript's bitwise operators know no wider ones.
 */
export interface Hash {
  /** 16 words, or 32 for SHA-512. */
  readonly blockWords: number;
  /** The initial hash value; as long as the digest. */
  readonly initial: Int32Array;
  /** The hash computation of one block: `out` becomes the state after it. `out` may be `state`, or the block of a next call. */
  readonly compress: (state: Int32Array, block: Int32Array, out: Int32Array) => void;
  // The last blocks of an HMAC, with their padding, so that signing a counter allocates nothing. Their contents are not needed
  // after a call, and JavaScript runs one call at a time.
  /** An 8-byte message after one block. */
  readonly counterBlock: Int32Array;
  /** A digest as the message after one block. */
  readonly digestBlock: Int32Array;
  readonly digest: Int32Array;
}

export function defineHash(blockWords: number, initial: Int32Array, compress: Hash["compress"]): Hash {
  const padded = (messageWords: number) => {
    const block = new Int32Array(blockWords);
    block[messageWords] = 0x80000000;
    block[blockWords - 1] = (blockWords + messageWords) * 32;
    return block;
  };
  const digestBlock = padded(initial.length);
  const digest = new Int32Array(initial.length);
  return { blockWords, initial, compress, counterBlock: padded(2), digestBlock, digest };
}

/**
 * The digest of `message` in words, into `out`. `state` is what `prefixBlocks` whole blocks before the message have left:
 * the initial value and 0, or the inner or outer key state of an HMAC and 1.
 */
export function digest(
  hash: Hash,
  state: Int32Array,
  prefixBlocks: number,
  message: Uint8Array,
  out: Int32Array,
): void {
  const block = new Int32Array(hash.blockWords);
  const blockBytes = hash.blockWords * 4;
  const last = hash.blockWords - 1;
  out.set(state);
  let offset = 0;
  for (; offset + blockBytes <= message.length; offset += blockBytes) {
    loadBytes(block, message, offset);
    hash.compress(out, block, out);
    block.fill(0);
  }
  // FIPS 180-4 section 5.1: the rest, one bit, zeros, and the length in bits as the last 64 (128) bits of a block.
  loadBytes(block, message, offset);
  const rest = message.length - offset;
  block[rest >> 2] = (block[rest >> 2] as number) | (0x80 << (~rest << 3));
  if (rest >= blockBytes - (hash.blockWords >> 1)) {
    hash.compress(out, block, out);
    block.fill(0);
  }
  const bits = (prefixBlocks * blockBytes + message.length) * 8;
  block[last - 1] = bits / 2 ** 32;
  block[last] = bits;
  hash.compress(out, block, out);
}

// A shift counts modulo 32, so that `~i << 3` is 24, 16, 8, 0 for the bytes of a word.

/** Fills the words of `block`, which are zero, from `bytes` at `offset`, big-endian, as far as the bytes reach. */
export function loadBytes(block: Int32Array, bytes: Uint8Array, offset: number): void {
  const end = Math.min(bytes.length - offset, block.length * 4);
  for (let i = 0; i < end; i++) {
    block[i >> 2] = (block[i >> 2] as number) | ((bytes[offset + i] as number) << (~i << 3));
  }
}

/** The bytes of the words, big-endian. */
export function toBytes(words: Int32Array): Bytes {
  const bytes = new Uint8Array(words.length * 4);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (words[i >> 2] as number) >>> (~i << 3);
  return bytes;
}
