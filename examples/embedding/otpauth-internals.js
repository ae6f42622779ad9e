// otpauth without its own arithmetic: its classes, with `generate` and `validate` on the functions of otp-core.
// `const { HOTP, TOTP } = onOtpCore(otpauth)`; inside the library, these are the bodies of its methods.
import { findCounter, hotp, truncate } from "otp-core";
import { signerOf } from "./signers.js";

/** @typedef {{ secret: import("otpauth").Secret, algorithm?: string, digits?: number, counter?: number }} Config */

/** The eight bytes that HOTP signs. @param {number} counter */
function counterBytes(counter) {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setBigUint64(0, BigInt(counter));
  return new Uint8Array(bytes.buffer);
}

/** otpauth has fewer digits than RFC 4226 allows, for which `hotp` is not made. @param {Config} config */
function generate({ secret, algorithm = "SHA1", digits = 6, counter = 0 }) {
  const signer = signerOf(secret, secret.bytes, algorithm);
  return digits < 6 ? truncate(signer.sign(counterBytes(counter)), digits) : hotp({ secret: signer, digits }, counter);
}

/** The distance of the nearest counter, or `null`. @param {Config & { token: string, window?: number }} config */
function validate({ token, secret, algorithm = "SHA1", digits = 6, counter = 0, window = 1 }) {
  if (token.length !== digits) return null;
  const key = { secret: signerOf(secret, secret.bytes, algorithm), digits };
  let delta = null;
  for (let reach = window; reach >= 0; reach = Math.abs(delta) - 1) {
    const found = findCounter(key, token, { from: Math.max(0, counter - reach), to: counter + reach });
    if (found === null) break;
    delta = found - counter;
  }
  return delta;
}

/** @param {Pick<typeof import("otpauth"), "HOTP" | "TOTP">} otpauth */
export function onOtpCore({ HOTP, TOTP }) {
  class CoreHotp extends HOTP {
    static generate = generate;
    static validate = validate;

    generate({ counter = this.counter++ } = {}) {
      return generate({ ...this.config, counter });
    }

    /** @param {{ token: string, counter?: number, window?: number }} typed */
    validate({ token, counter = this.counter, window }) {
      return validate({ ...this.config, token, counter, window });
    }

    get config() {
      const { secret, algorithm, digits } = this;
      return { secret, algorithm, digits };
    }
  }

  class CoreTotp extends TOTP {
    /** @param {Parameters<typeof TOTP.generate>[0]} config */
    static generate({ secret, algorithm, digits, ...moment }) {
      return generate({ secret, algorithm, digits, counter: TOTP.counter(moment) });
    }

    /** @param {Parameters<typeof TOTP.validate>[0]} config */
    static validate({ token, secret, algorithm, digits, window, ...moment }) {
      return validate({ token, secret, algorithm, digits, window, counter: TOTP.counter(moment) });
    }

    generate({ timestamp = Date.now() } = {}) {
      const { secret, algorithm, digits } = this;
      return generate({ secret, algorithm, digits, counter: this.counter({ timestamp }) });
    }

    /** @param {{ token: string, timestamp?: number, window?: number }} typed */
    validate({ token, timestamp = Date.now(), window }) {
      const { secret, algorithm, digits } = this;
      return validate({ token, secret, algorithm, digits, window, counter: this.counter({ timestamp }) });
    }
  }

  return { HOTP: CoreHotp, TOTP: CoreTotp };
}
