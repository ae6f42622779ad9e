import type { Algorithm } from "../algorithm.ts";
import type { Hash } from "./hash.ts";
import { sha1 } from "./sha1.ts";
import { sha256 } from "./sha256.ts";
import { sha512 } from "./sha512.ts";

const DEFINITIONS: Readonly<Record<Algorithm, () => Hash>> = { SHA1: sha1, SHA256: sha256, SHA512: sha512 };
/** Made when a first key asks for it: importing the library costs no table that is never used. */
const hashes: Partial<Record<Algorithm, Hash>> = {};

export function hashOf(algorithm: Algorithm): Hash {
  hashes[algorithm] ??= DEFINITIONS[algorithm]();
  return hashes[algorithm];
}
