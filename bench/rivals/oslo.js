import { decodeBase32IgnorePadding } from "@oslojs/encoding";
import { generateTOTP, verifyTOTPWithGracePeriod } from "@oslojs/otp";
import { clock } from "./clock.js";

// SHA-1 only, and HOTP without a window.
export default {
  name: "@oslojs/otp",
  algorithms: ["SHA1"],
  asynchronous: false,
  accepts: (verdict) => verdict,
  setUp({ bytes }) {
    return {
      cold(now, text) {
        clock.now = now;
        return generateTOTP(decodeBase32IgnorePadding(text), 30, 6);
      },
      prepared(now) {
        clock.now = now;
        return generateTOTP(bytes, 30, 6);
      },
      verify(now, code) {
        clock.now = now;
        return verifyTOTPWithGracePeriod(bytes, 30, 6, code, 30);
      },
    };
  },
};
