/** Reads the names that files give to hashes and to types of tokens. */
import type { Algorithm } from "../hmac/algorithm.ts";

export type TokenType = "hotp" | "totp" | "ocra";

/** `SHA1`, `sha-256`, `HMAC-SHA512` and the like. `null`: another name. */
export function readAlgorithm(text: string): Algorithm | null {
  const bits = /^(?:hmac[-_ ]?)?sha[-_ ]?(1|256|512)$/i.exec(text)?.[1] as "1" | "256" | "512" | undefined;
  return bits === undefined ? null : `SHA${bits}`;
}

/** The hash of an HMAC that XML names by an address, as WebCrypto calls it. `null`: another function. */
export function readHash(name: string): string | null {
  const bits = /hmac-?(?:with)?sha-?(1|256|384|512)$/i.exec(name)?.[1];
  return bits === undefined ? null : `SHA-${bits}`;
}

/** The name of an algorithm profile (RFC 6030 section 10), also as the drafts before the RFC write it. */
const PROFILE =
  /^(?:urn:ietf:params:xml:ns:keyprov:pskc|http:\/\/www\.ietf\.org\/keyprov\/pskc)[:#](?:(hotp|totp|ocra)|(OCRA-1:.*))$/i;

/** The type of a token by its algorithm profile, and the OCRA suite if the profile names one. */
export function readProfile(urn: string): { readonly type: TokenType | null; readonly suite: string | null } {
  const found = PROFILE.exec(urn);
  if (found === null) return { type: null, suite: null };
  const [, type = "ocra", suite = null] = found;
  return { type: type.toLowerCase() as TokenType, suite };
}
