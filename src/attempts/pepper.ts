import { refuse } from "../check.ts";
import { decodeBase32, encodeBase32 } from "../encoding/base32.ts";
import { equalBytes, isBytes } from "../encoding/bytes.ts";
import { lengthPrefixed } from "../encoding/length-prefixed.ts";
import { OtpError } from "../errors.ts";
import { PreparedSigner } from "../hmac/prepared.ts";

/** 32 bytes or more that are kept apart from the store. Or several: the first signs, all verify. */
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

/** The first 40 bits of a digest in base32. */
const FINGERPRINT = /^[A-Z2-7]{8}$/;
const FINGERPRINT_BYTES = 5;

export function isFingerprint(value: string): boolean {
  return FINGERPRINT.test(value);
}

/**
 * Makes and finds keyed digests of values that a store must not hold. A hash of six digits without a key is reversed by trying a
 * million codes. A record keeps the fingerprint of the pepper with its digests, so that a missing pepper is an error of the
 * server and not a wrong code.
 */
export class Digester {
  readonly #peppers: readonly PepperSigner[];

  /** @throws OtpError `invalid-argument`, or `weak-secret` for a pepper of less than 32 bytes. */
  constructor(pepper: unknown) {
    const list: readonly unknown[] = Array.isArray(pepper) ? pepper : [pepper];
    if (list.length < 1 || list.length > MAX_PEPPERS)
      refuse("pepper", `bytes, or a list of 1 to ${MAX_PEPPERS} of them`);
    this.#peppers = Array.from(list, preparePepper);
  }

  /** The fingerprint of the pepper that {@link digest} uses: the first of the list. */
  get fingerprint(): string {
    return (this.#peppers[0] as PepperSigner).fingerprint;
  }

  /** Whether the pepper with this fingerprint is in the list. */
  has(fingerprint: string): boolean {
    return this.#peppers.some((pepper) => pepper.fingerprint === fingerprint);
  }

  /** HMAC-SHA-256 over the length-prefixed parts, under the first pepper, in base32. */
  digest(parts: readonly string[]): string {
    return encodeBase32((this.#peppers[0] as PepperSigner).signer.sign(lengthPrefixed(parts)));
  }

  /** Whether a digest is that of the parts under any pepper of the list. All are compared. */
  isDigestOf(digest: string, parts: readonly string[]): boolean {
    const message = lengthPrefixed(parts);
    const bytes = decodeBase32(digest);
    return this.#peppers.map(({ signer }) => equalBytes(bytes, signer.sign(message))).includes(true);
  }

  /**
   * The index of the digest that is that of the parts, or -1. All are compared, wherever the match is. A null is compared as well
   * and matches nothing, so that the time does not tell whether there is a code.
   *
   * @param fingerprint - of the pepper under which the digests were made. `null`: there are none.
   * @throws OtpError `pepper-missing` if that pepper is not in the list.
   */
  find(digests: readonly (string | null)[], parts: readonly string[], fingerprint: string | null): number {
    const wanted = fingerprint ?? this.fingerprint;
    const pepper = this.#peppers.find((candidate) => candidate.fingerprint === wanted);
    if (pepper === undefined) {
      throw new OtpError(
        "pepper-missing",
        "the record was written under a pepper that is not in the list: put the old pepper after the current one",
      );
    }
    const signed = pepper.signer.sign(lengthPrefixed(parts));
    let found = -1;
    for (const [i, digest] of digests.entries()) {
      // Without a branch, so that the time does not tell which one it is.
      found += Number(equalBytes(digest === null ? NOTHING : decodeBase32(digest), signed)) * (i - found);
    }
    return found;
  }
}

interface PepperSigner {
  readonly signer: PreparedSigner;
  readonly fingerprint: string;
}

function preparePepper(bytes: unknown): PepperSigner {
  if (!isBytes(bytes)) refuse("pepper", `a Uint8Array of ${MIN_BYTES} bytes or more, or a list of them`);
  if (bytes.length < MIN_BYTES) refuse("pepper", `${MIN_BYTES} bytes or more`, "weak-secret");
  const signer = new PreparedSigner(bytes, "SHA256");
  const digest = signer.sign(lengthPrefixed(["fingerprint/1"]));
  return { signer, fingerprint: encodeBase32(digest.subarray(0, FINGERPRINT_BYTES)) };
}
