import * as library from "otpauth";
import * as embedding from "../../examples/embedding/otpauth.js";
import { onOtpCore } from "../../examples/embedding/otpauth-internals.js";

const { Secret } = library;

const adapter = (name, engine, { HOTP, TOTP } = library) => ({
  name,
  algorithms: ["SHA1", "SHA256", "SHA512"],
  asynchronous: false,
  accepts: (verdict) => verdict !== null,
  setUp({ text, algorithm }) {
    const secret = Secret.fromBase32(text);
    const totp = new TOTP({ secret, algorithm, digits: 6, period: 30, ...engine });
    const hotp = new HOTP({ secret, algorithm, digits: 6, ...engine });
    return {
      // The static function skips the constructor, which checks the algorithm's name with up to nine expressions.
      cold: (timestamp, text) =>
        TOTP.generate({ secret: Secret.fromBase32(text), algorithm, digits: 6, period: 30, timestamp, ...engine }),
      prepared: (timestamp) => totp.generate({ timestamp }),
      verify: (timestamp, token) => totp.validate({ token, timestamp, window: 1 }),
      // Its window always opens to both sides: 50 around the middle are the same 101 candidates.
      lookAhead: (counter, token) => hotp.validate({ token, counter: counter + 50, window: 50 }),
    };
  },
});

export const otpauth = adapter("otpauth", {});
export const otpauthEmbedding = adapter("otpauth, on otp-core", { hmac: embedding.hmac });
export const otpauthInternals = adapter("otpauth, with otp-core inside", {}, onOtpCore(library));
