import epicTotp from "./epic-totp.js";
import hotp from "./hotp.js";
import notp from "./notp.js";
import oslo from "./oslo.js";
import { otpauth, otpauthEmbedding, otpauthInternals } from "./otpauth.js";
import { otplib, otplibAsync, otplibEmbedding, otplibInternals, otplibNode } from "./otplib.js";
import speakeasy from "./speakeasy.js";
import time2fa from "./time2fa.js";
import totpGenerator from "./totp-generator.js";

/**
 * Every rival is driven through the fastest route that its own documentation shows. An adapter says which algorithms
 * the rival knows, whether it answers with promises, and which verdicts mean yes; `setUp` does once what a program
 * could do once, and returns the operations that the rival offers. All of them take (position, code): the position is
 * milliseconds since 1970, or the counter for `lookAhead`; `cold` takes the secret's base32 text instead of a code.
 */
export const rivals = [
  otplib,
  otplibNode,
  otplibAsync,
  otpauth,
  oslo,
  speakeasy,
  notp,
  hotp,
  time2fa,
  totpGenerator,
  epicTotp,
];

/** The libraries that accept an engine: on their own, on ours through their hook, and with ours inside (examples/embedding). */
export const embedding = [otplib, otplibEmbedding, otplibInternals, otpauth, otpauthEmbedding, otpauthInternals];
