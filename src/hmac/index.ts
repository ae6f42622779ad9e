/**
 * Prepared keys in plain TypeScript: `hmac` decodes and hashes a secret once, for keys that are used often.
 *
 * @module
 */

export type { Bytes } from "../encoding/bytes.ts";
export type { Algorithm } from "./algorithm.ts";
export { hmac } from "./hmac.ts";
export type { AsyncSigner, Signer } from "./signer.ts";
