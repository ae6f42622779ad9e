// Puts one question to one of the libraries that people move from, through the calls that its documentation shows.
import { generateHOTP, generateTOTP, verifyHOTP, verifyTOTP, verifyTOTPWithGracePeriod } from "@oslojs/otp";
import notp from "notp";
import * as otpauth from "otpauth";
import otplib12 from "otplib";
import * as otplib13 from "otplib-13";
import speakeasy from "speakeasy";

/** notp and @oslojs/otp read the clock themselves. */
export function at(now, call) {
  const RealDate = globalThis.Date;
  globalThis.Date = class extends RealDate {
    constructor() {
      super(now);
    }
    static now() {
      return now;
    }
  };
  try {
    return call();
  } finally {
    globalThis.Date = RealDate;
  }
}

const lower = (algorithm) => algorithm.toLowerCase();
const hex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
/** otplib 13 refuses secrets of less than 16 bytes by default. */
const guardrails = otplib13.createGuardrails({ MIN_SECRET_BYTES: 1 });

function otplib12Options({ format, algorithm, digits, period = 30, now = 0 }) {
  const options = { algorithm: lower(algorithm), digits, step: period, epoch: now };
  // The authenticator turns base32 into hex itself.
  return format === "base32" ? options : { ...options, encoding: format };
}

const otpauthSecret = {
  base32: otpauth.Secret.fromBase32,
  hex: otpauth.Secret.fromHex,
  latin1: otpauth.Secret.fromLatin1,
  utf8: otpauth.Secret.fromUTF8,
};

/** By library and call, the code for a row of a vector file. */
export const generate = {
  "otplib-12": {
    authenticator: (row) => otplib12.authenticator.clone(otplib12Options(row)).generate(row.secret),
    totp: (row) => otplib12.totp.clone(otplib12Options(row)).generate(row.secret),
    hotp: ({ secret, counter, digits, algorithm, format }) =>
      otplib12.hotp.clone({ digits, algorithm: lower(algorithm), encoding: format }).generate(secret, counter),
  },
  "otplib-13": {
    totp: ({ secret, format, algorithm, digits, period, epoch, now }) =>
      otplib13.generateSync({
        secret: format === "hex" ? hex(secret) : secret,
        algorithm: lower(algorithm),
        digits,
        period,
        t0: epoch,
        epoch: now / 1000,
        guardrails,
      }),
    hotp: ({ secret, format, algorithm, digits, counter }) =>
      otplib13.generateSync({
        strategy: "hotp",
        secret: format === "hex" ? hex(secret) : secret,
        algorithm: lower(algorithm),
        digits,
        counter,
        guardrails,
      }),
  },
  speakeasy: {
    totp: ({ secret, format, algorithm, digits, period, epoch, now }) =>
      speakeasy.totp({ secret, encoding: format, algorithm, digits, step: period, epoch, time: now / 1000 }),
    hotp: ({ secret, format, algorithm, digits, counter }) =>
      speakeasy.hotp({ secret, encoding: format, algorithm, digits, counter }),
  },
  otpauth: {
    TOTP: ({ secret, format, algorithm, digits, period, now }) =>
      otpauth.TOTP.generate({ secret: otpauthSecret[format](secret), algorithm, digits, period, timestamp: now }),
    HOTP: ({ secret, format, algorithm, digits, counter }) =>
      otpauth.HOTP.generate({ secret: otpauthSecret[format](secret), algorithm, digits, counter }),
  },
  notp: {
    totp: ({ secret, period, now }) => at(now, () => notp.totp.gen(secret, { time: period })),
    hotp: ({ secret, counter }) => notp.hotp.gen(secret, { counter }),
  },
  oslo: {
    generateTOTP: ({ secret, digits, period, now }) => at(now, () => generateTOTP(hex(secret), period, digits)),
    generateHOTP: ({ secret, digits, counter }) => generateHOTP(hex(secret), BigInt(counter), digits),
  },
};

/** By library and call, the answer to a typed code; `options` as a program would write them. */
export const verify = {
  "otplib-12": {
    "authenticator.checkDelta": ({ secret, typed, position }, options) =>
      otplib12.authenticator.clone({ epoch: position * 30_000, ...options }).checkDelta(typed, secret),
  },
  "otplib-13": {
    "verify totp": ({ secret, typed, position }, options) =>
      otplib13.verifySync({ secret, token: typed, epoch: position * 30, guardrails, ...options }),
    "verify hotp": ({ secret, typed, position }, options) =>
      otplib13.verifySync({ strategy: "hotp", secret, token: typed, counter: position, guardrails, ...options }),
  },
  speakeasy: {
    "totp.verifyDelta": ({ secret, typed, position }, options) =>
      speakeasy.totp.verifyDelta({ secret, encoding: "base32", token: typed, time: position * 30, ...options }),
    "hotp.verifyDelta": ({ secret, typed, position }, options) =>
      speakeasy.hotp.verifyDelta({ secret, encoding: "base32", token: typed, counter: position, ...options }),
  },
  otpauth: {
    "TOTP.validate": ({ secret, typed, position }, options) =>
      new otpauth.TOTP({ secret }).validate({ token: typed, timestamp: position * 30_000, ...options }),
    "HOTP.validate": ({ secret, typed, position }, options) =>
      new otpauth.HOTP({ secret }).validate({ token: typed, counter: position, ...options }),
  },
  notp: {
    "totp.verify": ({ secret, typed, position }, options) =>
      at(position * 30_000, () => notp.totp.verify(typed, base32Bytes(secret), { ...options })),
    "hotp.verify": ({ secret, typed, position }, options) =>
      notp.hotp.verify(typed, base32Bytes(secret), { counter: position, ...options }),
  },
  oslo: {
    verifyTOTP: ({ secret, typed, position }) =>
      at(position * 30_000, () => verifyTOTP(base32Bytes(secret), 30, 6, typed)),
    verifyTOTPWithGracePeriod: ({ secret, typed, position }, { gracePeriod }) =>
      at(position * 30_000, () => verifyTOTPWithGracePeriod(base32Bytes(secret), 30, 6, typed, gracePeriod)),
    verifyHOTP: ({ secret, typed, position }) => verifyHOTP(base32Bytes(secret), BigInt(position), 6, typed),
  },
};

const base32Bytes = (secret) => Buffer.from(otpauth.Secret.fromBase32(secret).bytes);
