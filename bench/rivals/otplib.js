import { crypto as nodeCrypto } from "@otplib/plugin-crypto-node";
import { createGuardrails, generate, generateSync, verify, verifySync } from "otplib";
import * as embedding from "../../examples/embedding/otplib.js";
import * as internals from "../../examples/embedding/otplib-internals.js";

// The default guardrails allow 99 candidates, and a look-ahead of 100 has 101.
const guardrails = createGuardrails({ MAX_WINDOW: 101 });

const SYNCHRONOUS = { make: generateSync, check: verifySync };
const ASYNCHRONOUS = { make: generate, check: verify };

function adapter(name, { functions: { make, check } = SYNCHRONOUS, ...plugins }) {
  const asynchronous = make === generate;
  return {
    name,
    algorithms: ["SHA1", "SHA256", "SHA512"],
    asynchronous,
    accepts: (verdict) => verdict.valid,
    setUp({ bytes: secret, algorithm: name }) {
      const algorithm = name.toLowerCase();
      return {
        cold: (now, text) => make({ secret: text, algorithm, ...plugins, guardrails, epoch: Math.floor(now / 1000) }),
        prepared: (now) => make({ secret, algorithm, ...plugins, guardrails, epoch: Math.floor(now / 1000) }),
        verify: (now, token) =>
          check({
            secret,
            token,
            algorithm,
            ...plugins,
            guardrails,
            epoch: Math.floor(now / 1000),
            epochTolerance: 30,
          }),
        lookAhead: (counter, token) =>
          check({
            strategy: "hotp",
            secret,
            token,
            algorithm,
            ...plugins,
            guardrails,
            counter,
            counterTolerance: [0, 100],
          }),
      };
    },
  };
}

// Without plugins it runs on the noble hashes that it brings along.
export const otplib = adapter("otplib", {});
export const otplibNode = adapter("otplib, node plugin", { crypto: nodeCrypto });
export const otplibAsync = adapter("otplib, async", { functions: ASYNCHRONOUS });
export const otplibEmbedding = adapter("otplib, on otp-core", { crypto: embedding.crypto, base32: embedding.base32 });
export const otplibInternals = adapter("otplib, with otp-core inside", {
  functions: { make: internals.generateSync, check: internals.verifySync },
});
