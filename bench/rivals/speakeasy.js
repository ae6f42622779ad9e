import speakeasy from "speakeasy";

export default {
  name: "speakeasy",
  algorithms: ["SHA1", "SHA256", "SHA512"],
  asynchronous: false,
  accepts: (verdict) => verdict !== undefined,
  setUp({ bytes, algorithm: name }) {
    const algorithm = name.toLowerCase();
    const secret = Buffer.from(bytes);
    return {
      cold: (now, text) => speakeasy.totp({ secret: text, encoding: "base32", algorithm, time: now / 1000 }),
      prepared: (now) => speakeasy.totp({ secret, algorithm, time: now / 1000 }),
      verify: (now, token) => speakeasy.totp.verifyDelta({ secret, token, algorithm, time: now / 1000, window: 1 }),
      lookAhead: (counter, token) => speakeasy.hotp.verifyDelta({ secret, token, algorithm, counter, window: 100 }),
    };
  },
};
