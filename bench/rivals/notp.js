import notp from "notp";
import { decode } from "thirty-two";

// SHA-1 only. `notp.totp` reads the clock and calls `notp.hotp`; with the counter computed here it saves the clock.
export default {
  name: "notp",
  algorithms: ["SHA1"],
  asynchronous: false,
  accepts: (verdict) => verdict !== null,
  setUp({ bytes }) {
    const key = Buffer.from(bytes);
    return {
      // It reads no base32; its documentation recommends thirty-two for that.
      cold: (now, text) => notp.hotp.gen(decode(text), { counter: Math.floor(now / 30_000) }),
      prepared: (now) => notp.hotp.gen(key, { counter: Math.floor(now / 30_000) }),
      verify: (now, code) => notp.hotp.verify(code, key, { counter: Math.floor(now / 30_000), window: 1 }),
      // Its window always opens to both sides, whatever its documentation says: 50 around the middle are the same
      // 101 candidates.
      lookAhead: (counter, code) => notp.hotp.verify(code, key, { counter: counter + 50, window: 50 }),
    };
  },
};
