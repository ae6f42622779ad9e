import { getTOTPAuthUri } from "@epic-web/totp";
import { createTOTPKeyURI } from "@oslojs/otp";
import { generateTOTP, parse } from "@otplib/uri";
import { Secret, TOTP, URI } from "otpauth";
import speakeasy from "speakeasy";

/**
 * Who writes and reads key URIs, every parameter written out where the rival does that. `prepare` makes of a key what the
 * rival's `format` takes, which a program could do once; whoever only writes has no `parse`.
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
