import { generateTOTP, verifyTOTP } from "@epic-web/totp";
import { clock } from "./clock.js";

const HASH = { SHA1: "SHA-1", SHA256: "SHA-256", SHA512: "SHA-512" };

// HOTP is not exported.
export default {
  name: "@epic-web/totp, async",
  algorithms: ["SHA1", "SHA256", "SHA512"],
  asynchronous: true,
  accepts: (verdict) => verdict !== null,
  setUp({ text: secret, algorithm: name }) {
    const algorithm = HASH[name];
    const generate = async (text, now) => {
      clock.now = now;
      return (await generateTOTP({ secret: text, algorithm })).otp;
    };
    return {
      cold: (now, text) => generate(text, now),
      // Nothing can be prepared: every call reads the text and imports the key.
      prepared: (now) => generate(secret, now),
      verify(now, otp) {
        clock.now = now;
        return verifyTOTP({ otp, secret, algorithm, period: 30, digits: 6, window: 1 });
      },
    };
  },
};
