import { totp, verifyHotp, verifyTotp } from "otp-core";
import { hmac } from "otp-core/hmac";

export const ours = {
  name: "otp-core",
  algorithms: ["SHA1", "SHA256", "SHA512"],
  asynchronous: false,
  accepts: (match) => match !== null,
  setUp({ text, algorithm }) {
    const key = { secret: hmac(text, algorithm) };
    return {
      cold: (now, text) => totp({ secret: text, algorithm }, { now }),
      prepared: (now) => totp(key, { now }),
      verify: (now, code) => verifyTotp(key, code, { now, after: null }),
      lookAhead: (counter, code) => verifyHotp(key, code, { counter, lookAhead: 100 }),
    };
  },
};
