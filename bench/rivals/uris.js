import { getTOTPAuthUri } from "@epic-web/totp";
import { createTOTPKeyURI } from "@oslojs/otp";
import { generateTOTP, parse } from "@otplib/uri";
import { Secret, TOTP, URI } from "otpauth";
import speakeasy from "speakeasy";

/**
 * The libraries that write and read key URIs, with every parameter written out if the library does that. `prepare` makes of a key
 * what `format` takes, which a program could do once. A library that only writes has no `parse`.
 */
export const uriRivals = [
  {
    name: "otplib",
    prepare: ({ issuer, account, secret }) => ({
      issuer,
      label: account,
      secret,
      algorithm: "sha1",
      digits: 6,
      period: 30,
    }),
    format: generateTOTP,
    parse,
  },
  {
    name: "otpauth",
    prepare: ({ issuer, account, secret }) =>
      new TOTP({ issuer, label: account, secret: Secret.fromBase32(secret), algorithm: "SHA1", digits: 6, period: 30 }),
    format: (totp) => totp.toString(),
    parse: URI.parse,
  },
  {
    name: "@oslojs/otp",
    prepare: ({ issuer, account, bytes }) => ({ issuer, account, bytes }),
    format: ({ issuer, account, bytes }) => createTOTPKeyURI(issuer, account, bytes, 30, 6),
  },
  {
    name: "speakeasy",
    prepare: ({ issuer, account, secret }) => ({
      secret,
      encoding: "base32",
      label: account,
      issuer,
      algorithm: "sha1",
      digits: 6,
      period: 30,
    }),
    format: (options) => speakeasy.otpauthURL(options),
  },
  {
    name: "@epic-web/totp",
    prepare: ({ issuer, account, secret }) => ({
      secret,
      issuer,
      accountName: account,
      algorithm: "SHA-1",
      digits: 6,
      period: 30,
    }),
    format: getTOTPAuthUri,
  },
];
