import { refuse } from "../check.ts";
import { decodeBase32, encodeBase32 } from "../encoding/base32.ts";
import { equalBytes, isBytes } from "../encoding/bytes.ts";
import { lengthPrefixed } from "../encoding/length-prefixed.ts";
import { PreparedSigner } from "../hmac/prepared.ts";

/**
 * The server's secret under the stored digests: 32 bytes or more, kept apart from the store. Or several, the newest first: it
 * signs, and what an older one has signed is still verified.
 */
export type Pepper = Uint8Array | readonly [current: Uint8Array, ...older: Uint8Array[]];

const MIN_BYTES = 32;
const MAX_PEPPERS = 10;

/** 256 bits in base32; the last character holds one of them. */
const DIGEST = /^[A-Z2-7]{51}[AQ]$/;
/** No digest is this long, and comparing with it costs the same. */
const NOTHING = /* @__PURE__ */ new Uint8Array(0);

export function isDigest(value: string): boolean {
  return DIGEST.test(value);
}

/** Signs what must not stand in a store: of six digits any hash without a key is reversed by trying a million. */
export class Sealer {
  readonly #signers: readonly PreparedSigner[];

  constructor(pepper: unknown) {
    const list: readonly unknown[] = Array.isArray(pepper) ? pepper : [pepper];
    if (list.length < 1 || list.length > MAX_PEPPERS)
      refuse("pepper", `bytes, or a list of 1 to ${MAX_PEPPERS} of them`);
    this.#signers = Array.from(list, (bytes) => {
      if (!isBytes(bytes)) refuse("pepper", `a Uint8Array of ${MIN_BYTES} bytes or more, or a list of them`);
      if (bytes.length < MIN_BYTES) refuse("pepper", `${MIN_BYTES} bytes or more`, "weak-secret");
      return new PreparedSigner(bytes, "SHA256");
    });
  }

  /** HMAC-SHA-256 over the length-prefixed parts, under the newest pepper. */
  seal(parts: readonly string[]): string {
    return encodeBase32((this.#signers[0] as PreparedSigner).sign(lengthPrefixed(parts)));
  }

  /**
   * Which of the digests is that of the parts under one of the peppers, or -1. All are compared, under all peppers, wherever
   * the match is (trap 37); a null is compared with and matches nothing.
   */
  find(digests: readonly (string | null)[], parts: readonly string[]): number {
    const message = lengthPrefixed(parts);
    const stored = digests.map((digest) => (digest === null ? NOTHING : decodeBase32(digest)));
    let found = -1;
    for (const signer of this.#signers) {
      const signed = signer.sign(message);
      for (const [i, digest] of stored.entries()) if (equalBytes(digest, signed)) found = i;
    }
    return found;
  }
}
