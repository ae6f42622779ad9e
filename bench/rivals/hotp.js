import hotp from "hotp";
import { decode } from "thirty-two";

const DIGEST = { SHA1: "sha1", SHA256: "sha256", SHA512: "sha512" };

// It generates and verifies nothing.
export default {
  name: "hotp",
  algorithms: ["SHA1", "SHA256", "SHA512"],
  asynchronous: false,
  setUp({ bytes, algorithm: name }) {
    const algorithm = DIGEST[name];
    const key = Buffer.from(bytes);
    return {
      // It reads no base32 and recommends nothing; it gets the same decoder as notp.
      cold: (now, text) => hotp.totp(decode(text), { algorithm, time: now / 1000 }),
      prepared: (now) => hotp.totp(key, { algorithm, time: now / 1000 }),
    };
  },
};
