import assert from "node:assert/strict";
import { manySecrets, operations, rfcSecret, wrongCode } from "../inputs.js";
import { ours } from "../otp-core.js";
import { nodeCrypto, referenceCode } from "./node-crypto.js";

// RFC 6238 Appendix B: seconds, then the last six of the eight digits for SHA-1, SHA-256 and SHA-512.
const VECTORS = [
  [59, { SHA1: "287082", SHA256: "119246", SHA512: "693936" }],
  [1111111109, { SHA1: "081804", SHA256: "084774", SHA512: "091201" }],
  [1111111111, { SHA1: "050471", SHA256: "062674", SHA512: "943326" }],
  [1234567890, { SHA1: "005924", SHA256: "819424", SHA512: "441116" }],
  [2000000000, { SHA1: "279037", SHA256: "698825", SHA512: "618901" }],
  [20000000000, { SHA1: "353130", SHA256: "737706", SHA512: "863826" }],
];

/** Throws unless all contenders compute and accept the same codes. Only then is a comparison of speed fair. */
export async function checkAgreement(others) {
  for (const subject of [ours, nodeCrypto, ...others]) {
    for (const algorithm of subject.algorithms) {
      const secret = rfcSecret(algorithm);
      const offered = subject.setUp(secret);
      const say = (what) => `${subject.name}, ${algorithm}: ${what}`;

      for (const [seconds, codes] of VECTORS) {
        const now = seconds * 1000;
        assert.equal(await offered.prepared(now), codes[algorithm], say(`RFC 6238 at ${seconds} s`));
        if (offered.cold)
          assert.equal(await offered.cold(now, secret.text), codes[algorithm], say(`cold, ${seconds} s`));
      }
      const { positions } = operations(algorithm).cold;
      for (const [i, other] of manySecrets(algorithm).entries()) {
        const expected = referenceCode(other, Math.floor(positions[i] / 30_000));
        // notp forgets the leading zeros when all that is left after truncation has fewer digits; none here does.
        if (offered.cold) assert.equal(await offered.cold(positions[i], other.text), expected, say(`secret ${i}`));
      }
      if (offered.verify) await checkVerify(subject, offered, secret, say);
      if (offered.lookAhead) await checkLookAhead(subject, offered, secret, say);
    }
  }
}

async function checkVerify(subject, offered, secret, say) {
  const step = 56_666_666;
  const now = step * 30_000 + 11_000;
  for (const drift of [-2, -1, 0, 1, 2]) {
    const verdict = subject.accepts(await offered.verify(now, referenceCode(secret, step + drift)));
    assert.equal(verdict, Math.abs(drift) < 2, say(`verify at ${drift} steps`));
  }
  assert.equal(subject.accepts(await offered.verify(now, wrongCode(secret, step - 1, step + 1))), false, say("wrong"));
}

async function checkLookAhead(subject, offered, secret, say) {
  const counter = 5000;
  for (const ahead of [0, 1, 57, 100, 101]) {
    const verdict = subject.accepts(await offered.lookAhead(counter, referenceCode(secret, counter + ahead)));
    assert.equal(verdict, ahead <= 100, say(`look-ahead, ${ahead} ahead`));
  }
  const wrong = wrongCode(secret, counter, counter + 100);
  assert.equal(subject.accepts(await offered.lookAhead(counter, wrong)), false, say("look-ahead, wrong"));
}
