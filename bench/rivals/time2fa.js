import { generateConfig, Totp } from "time2fa";
import { clock } from "./clock.js";

// No window for HOTP.
export default {
  name: "time2fa",
  algorithms: ["SHA1", "SHA256", "SHA512"],
  asynchronous: false,
  accepts: (verdict) => verdict,
  setUp({ text: secret, bytes, algorithm }) {
    const config = generateConfig({ algo: algorithm.toLowerCase(), secretSize: bytes.length });
    return {
      cold(now, text) {
        clock.now = now;
        return Totp.generatePasscodes({ secret: text }, config)[0];
      },
      // Nothing can be prepared: every call reads the text.
      prepared(now) {
        clock.now = now;
        return Totp.generatePasscodes({ secret }, config)[0];
      },
      verify(now, passcode) {
        clock.now = now;
        return Totp.validate({ secret, passcode, drift: 1 }, config);
      },
    };
  },
};
