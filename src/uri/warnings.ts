import { decodeBase32 } from "../encoding/base32.ts";
import { decodePercent } from "../encoding/percent.ts";
import type { UriWarningCode } from "./problem.ts";
import type { UriKey } from "./read-key.ts";
import type { UriParts } from "./split.ts";

/** Told of something that is read as it is written, and otherwise by some apps. */
export type Warn = (code: UriWarningCode, parameter: string | null, message: string) => void;

/** RFC 4226 section 4, R6. */
const STRONG_BYTES = 16;
const INT32_MAX = 2 ** 31 - 1;

/** What apps will make of a URI that can be read. */
export function findWarnings(parts: UriParts, key: UriKey, warn: Warn): void {
  ofSecret(parts, key, warn);
  ofCodes(parts, key, warn);
  ofNames(parts, key, warn);
}

function ofSecret({ parameters }: UriParts, key: UriKey, warn: Warn): void {
  const bytes = decodeBase32(key.secret).length;
  if (bytes < STRONG_BYTES) {
    warn(
      "weak-secret",
      "secret",
      `The secret has ${bytes} bytes; RFC 4226 section 4 asks for ${STRONG_BYTES} or more.`,
    );
  }
  // It was read, so it is there and its escapes are right.
  const written = decodePercent(parameters.secret as string) as string;
  if (written.includes("=")) warn("secret-padding", "secret", "The secret is padded, which some apps refuse.");
  if (/[a-z -]/.test(written)) {
    warn(
      "secret-spelling",
      "secret",
      "The secret is not in upper case without spaces and dashes, as most apps expect.",
    );
  }
}

function ofCodes({ type, parameters }: UriParts, key: UriKey, warn: Warn): void {
  const { algorithm } = parameters;
  if (key.algorithm !== "SHA1") {
    warn("algorithm-ignored", "algorithm", "Some apps ignore the algorithm and show codes of SHA1, which are wrong.");
  }
  if (algorithm !== undefined && algorithm !== key.algorithm) {
    warn("algorithm-spelling", "algorithm", `Some apps know the algorithm only as ${key.algorithm}.`);
  }
  if (key.digits !== 6 && key.digits !== 5) {
    warn("digits-ignored", "digits", "Some apps show 6 digits whatever is asked for; few know more than 8.");
  }
  if (key.type === "hotp") {
    if (key.counter !== undefined && key.counter > INT32_MAX) {
      warn("counter-too-large", "counter", "Some apps keep the counter in 32 bits.");
    }
    for (const name of ["period", "epoch"] as const) {
      if (parameters[name] !== undefined) warn("unused-parameter", name, `A HOTP key has no ${name}.`);
    }
    return;
  }
  if (key.period !== 30) warn("period-ignored", "period", "Some apps count steps of 30 seconds whatever is asked for.");
  if (key.epoch !== undefined) warn("epoch-ignored", "epoch", "Hardly any app counts from another moment than 1970.");
  if (key.encoder !== undefined && type !== "steam") {
    warn("encoder-ignored", "encoder", "Some apps show digits instead of the characters of Steam Guard.");
  }
  if (parameters.counter !== undefined) warn("unused-parameter", "counter", "A TOTP key has no counter.");
}

function ofNames({ scheme, label, parameters }: UriParts, key: UriKey, warn: Warn): void {
  const message = "A plus is a plus in a URI; if a space was meant, apps show the plus all the same.";
  if (label.includes("+")) warn("ambiguous-plus", "account", message);
  if (parameters.issuer?.includes("+")) warn("ambiguous-plus", "issuer", message);
  if (scheme === "steam") return;
  if (key.issuer === undefined) {
    warn(
      "missing-issuer",
      "issuer",
      "Without an issuer, accounts of the same name look alike, and apps may mix them up.",
    );
  } else if (!parameters.issuer || !/:|%3a/i.test(label)) {
    warn("issuer-not-twice", "issuer", "Some apps read the issuer only in the label, others only in the parameter.");
  }
  if (key.extra?.image !== undefined && !key.extra.image.startsWith("https://")) {
    warn("image-not-https", "image", "The image is not fetched over https, so others see it, and can change it.");
  }
}
