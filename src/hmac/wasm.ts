/**
 * Keys whose SHA-512 runs in WebAssembly, for programs that prepare a SHA-512 key and use it often.
 *
 * @module
 */

import { decodeBase64 } from "../encoding/base64.ts";
import { type Algorithm, checkAlgorithm } from "./algorithm.ts";
import { defineHash, type Hash } from "./hash/hash.ts";
import { hashOf } from "./hash/hashes.ts";
import { rootFractions } from "./hash/sha2-constants.ts";
import { SHA512_MODULE } from "./hash/sha512-module.ts";
import { PreparedSigner } from "./prepared.ts";
import { secretBytes } from "./secret.ts";
import type { Signer } from "./signer.ts";

/**
 * Prepares a key like `hmac`, but computes SHA-512 in WebAssembly, which takes a third of the time. SHA-1 and SHA-256 are those of
 * `hmac`, because JavaScript computes them as fast. Where WebAssembly is missing or forbidden, for example by a Content Security Policy
 * without `'wasm-unsafe-eval'`, SHA-512 is that of `hmac` too. The codes are the same everywhere.
 *
 * @param secret - Base32 text or bytes, at least one byte.
 * @param algorithm - `"SHA1"`, `"SHA256"` or `"SHA512"`.
 * @defaultValue `algorithm`: `"SHA512"`
 * @returns A synchronous signer that prints as `[redacted]`.
 *
 * @example
 * ```ts
 * import { totp } from "otp-core";
 * import { wasmHmac } from "otp-core/hmac/wasm";
 *
 * const secret = wasmHmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
 * console.log(totp({ secret, algorithm: "SHA512" }, { now: 59_000 })); // 342147
 * ```
 *
 * @throws OtpError `invalid-secret` if the secret is empty or invalid base32; `invalid-argument` for another type or algorithm.
 */
export function wasmHmac(secret: string | Uint8Array, algorithm: Algorithm = "SHA512"): Signer {
  const bytes = secretBytes(secret);
  const hash = checkAlgorithm(algorithm) === "SHA512" ? sha512() : hashOf(algorithm);
  return new PreparedSigner(bytes, algorithm, hash);
}

let compiled: Hash | undefined;

/** Compiled when a first key asks for it. */
function sha512(): Hash {
  compiled ??= compile() ?? hashOf("SHA512");
  return compiled;
}

/** The parts of the global object that are needed, without lib "DOM". Some environments lack them. */
interface Globals {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => unknown;
    readonly Instance: new (
      module: unknown,
    ) => { readonly exports: { readonly m: { readonly buffer: ArrayBuffer }; readonly c: () => void } };
  };
}

/** Where the module keeps the message and the state, in halves of words. */
const MESSAGE = 160;
const STATE = 320;

/** `undefined` where WebAssembly is missing or forbidden. */
function compile(): Hash | undefined {
  try {
    const { WebAssembly } = globalThis as unknown as Globals;
    const bytes = decodeBase64(SHA512_MODULE) as Uint8Array;
    const { m, c } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    const halves = new Int32Array(m.buffer);
    // WebAssembly is little-endian: of a word in memory, the low half comes first.
    const put = (words: Int32Array, first: number, count: number) => {
      for (let i = 0; i < count; i++) halves[first + (i ^ 1)] = words[i] as number;
    };
    put(rootFractions(80, 3), 0, 160);
    const compress: Hash["compress"] = (state, block, out) => {
      put(state, STATE, 16);
      put(block, MESSAGE, 32);
      c();
      for (let i = 0; i < 16; i++) out[i] = halves[STATE + (i ^ 1)] as number;
    };
    return defineHash(32, rootFractions(8, 2), compress);
  } catch {
    return undefined;
  }
}
