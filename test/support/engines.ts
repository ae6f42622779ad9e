import { createHmac } from "node:crypto";
import type { Algorithm, AsyncSigner, Signer } from "otp-core";
import { hmac } from "otp-core/hmac";
import { nodeHmac } from "otp-core/hmac/node";
import { wasmHmac } from "otp-core/hmac/wasm";
import { webHmac } from "otp-core/hmac/web";

export const ALGORITHMS = ["SHA1", "SHA256", "SHA512"] as const satisfies readonly Algorithm[];

export interface Engine {
  readonly name: string;
  readonly prepare: (secret: Uint8Array, algorithm: Algorithm) => Signer | AsyncSigner;
}

/** The engines of the package. */
export const ENGINES: readonly Engine[] = [
  { name: "pure", prepare: hmac },
  { name: "node", prepare: nodeHmac },
  { name: "web", prepare: webHmac },
  { name: "wasm", prepare: wasmHmac },
];

/** A handle of one's own: this is all that it takes to bring a KMS, an HSM or another library. */
export const OWN: Engine = {
  name: "own",
  prepare: (secret, algorithm) => ({
    algorithm,
    sign: (message: Uint8Array) => createHmac(algorithm, secret).update(message).digest(),
  }),
};

/** Whatever can sign. */
export const SIGNERS: readonly Engine[] = [...ENGINES, OWN];
