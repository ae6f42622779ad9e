// Asks one library for the key URI of a key, through the call that its documentation shows.
import { createOTP } from "@better-auth/utils/otp";
import { getTOTPAuthUri } from "@epic-web/totp";
import { createHOTPKeyURI, createTOTPKeyURI } from "@oslojs/otp";
import * as otpauth from "otpauth";
import otplib12 from "otplib";
import * as otplib13 from "otplib-13";
import speakeasy from "speakeasy";
import { generateUrl } from "time2fa";

const bytes = Buffer.from("12345678901234567890");
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const lower = (algorithm) => algorithm.toLowerCase();

export const writeUri = {
  otplib: ({ issuer, account, type, algorithm, digits, period, counter }) => {
    if (type === "hotp") {
      const hotp = otplib12.hotp.clone({ algorithm: lower(algorithm), digits });
      return hotp.keyuri(account, issuer, secret, counter);
    }
    const totp = otplib12.authenticator.clone({ algorithm: lower(algorithm), digits, step: period });
    return totp.keyuri(account, issuer, secret);
  },
  "otplib-13": ({ type, issuer, account, algorithm, digits, period, counter }) =>
    otplib13.generateURI({
      strategy: type,
      issuer,
      label: account,
      secret,
      algorithm: lower(algorithm),
      digits,
      period,
      counter,
    }),
  otpauth: ({ type, issuer, account, ...rest }) => {
    const options = { issuer, label: account, secret: otpauth.Secret.fromBase32(secret), ...rest };
    return (type === "hotp" ? new otpauth.HOTP(options) : new otpauth.TOTP(options)).toString();
  },
  "@oslojs/otp": ({ type, issuer, account, digits, period, counter }) =>
    type === "hotp"
      ? createHOTPKeyURI(issuer, account, bytes, counter, digits)
      : createTOTPKeyURI(issuer, account, bytes, period, digits),
  speakeasy: ({ issuer, account, ...rest }) =>
    speakeasy.otpauthURL({
      ...rest,
      secret,
      encoding: "base32",
      label: account,
      issuer,
      algorithm: lower(rest.algorithm),
    }),
  "@epic-web/totp": ({ issuer, account, algorithm, digits, period }) =>
    getTOTPAuthUri({
      secret,
      issuer,
      accountName: account,
      algorithm: algorithm.replace("SHA", "SHA-"),
      digits,
      period,
    }),
  time2fa: ({ issuer, account, algorithm, digits, period }) =>
    generateUrl({ issuer, user: account, secret }, { algo: lower(algorithm), digits, period, secretSize: 20 }),
  "@better-auth/utils": ({ issuer, account, digits, period }) =>
    createOTP(bytes, { digits, period }).url(issuer, account),
};
