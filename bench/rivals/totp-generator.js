import { TOTP } from "totp-generator";

const HASH = { SHA1: "SHA-1", SHA256: "SHA-256", SHA512: "SHA-512" };

// It generates and verifies nothing.
export default {
  name: "totp-generator, async",
  algorithms: ["SHA1", "SHA256", "SHA512"],
  asynchronous: true,
  setUp({ text: secret, algorithm: name }) {
    const algorithm = HASH[name];
    // Without `explicitZeroPad` a code loses its leading zeros when the truncated number has fewer digits.
    const generate = async (text, timestamp) =>
      (await TOTP.generate(text, { algorithm, timestamp, explicitZeroPad: true })).otp;
    return {
      cold: (now, text) => generate(text, now),
      // Nothing can be prepared: every call reads the text and imports the key.
      prepared: (now) => generate(secret, now),
    };
  },
};
