// Which parts of a readable URI some apps read differently.
import { decodeBase32 } from "../encoding/base32.ts";
import { decodePercent } from "../encoding/percent.ts";
import type { Listener } from "./problem.ts";
import type { UriKey } from "./read-key.ts";
import type { UriParts } from "./split.ts";

/** RFC 4226 section 4, R6. */
const STRONG_BYTES = 16;
const INT32_MAX = 2 ** 31 - 1;

/** Reports everything that apps are known to read differently, apart from what the reading itself has reported. */
export function findWarnings(parts: UriParts, key: UriKey, listener: Listener): void {
  inspectSecret(parts, key, listener);
  inspectCodes(parts, key, listener);
  inspectNames(parts, key, listener);
}

function inspectSecret({ parameters }: UriParts, key: UriKey, listener: Listener): void {
  const bytes = decodeBase32(key.secret).length;
  if (bytes < STRONG_BYTES) {
    listener.warning(
      "weak-secret",
      "secret",
      `The secret has ${bytes} bytes. RFC 4226 section 4 asks for ${STRONG_BYTES} or more.`,
    );
  }
  // The secret was read, so it is there and its escapes are right.
  const written = decodePercent(parameters.secret as string) as string;
  if (written.includes("="))
    listener.warning("secret-padding", "secret", "The secret is padded, which some apps refuse.");
  if (/[^A-Z2-7=]/.test(written)) {
    listener.warning(
      "secret-spelling",
      "secret",
      "Most apps expect the secret in upper case, without spaces and dashes.",
    );
  }
}

function inspectCodes({ type, parameters }: UriParts, key: UriKey, listener: Listener): void {
  const { algorithm } = parameters;
  if (key.algorithm !== "SHA1") {
    listener.warning("algorithm-ignored", "algorithm", "Some apps ignore the algorithm and show wrong codes of SHA1.");
  }
  if (algorithm !== undefined && algorithm !== key.algorithm) {
    listener.warning("algorithm-spelling", "algorithm", `Some apps know the algorithm only as ${key.algorithm}.`);
  }
  if (key.digits !== 6 && key.digits !== 5) {
    listener.warning("digits-ignored", "digits", "Some apps always show 6 digits. Few apps know more than 8.");
  }
  if (key.type === "hotp") {
    if (key.counter !== undefined && key.counter > INT32_MAX) {
      listener.warning("counter-too-large", "counter", "Some apps keep the counter in 32 bits.");
    }
    for (const name of ["period", "epoch"] as const) {
      if (parameters[name] !== undefined) listener.warning("unused-parameter", name, `A HOTP key has no ${name}.`);
    }
    return;
  }
  if (key.period !== 30) listener.warning("period-ignored", "period", "Some apps always count steps of 30 seconds.");
  if (key.epoch !== undefined)
    listener.warning("epoch-ignored", "epoch", "Hardly any app counts from an epoch of its own.");
  if (key.encoder !== undefined && type !== "steam") {
    listener.warning("encoder-ignored", "encoder", "Some apps show digits instead of the characters of Steam Guard.");
  }
  if (parameters.counter !== undefined) listener.warning("unused-parameter", "counter", "A TOTP key has no counter.");
}

function inspectNames({ scheme, label, parameters }: UriParts, key: UriKey, listener: Listener): void {
  const message = "A plus is a plus in a URI. Apps show it even if a space was meant.";
  if (label.includes("+")) listener.warning("ambiguous-plus", "account", message);
  if (parameters.issuer?.includes("+")) listener.warning("ambiguous-plus", "issuer", message);
  if (scheme === "steam") return;
  if (key.issuer === undefined) {
    listener.warning("missing-issuer", "issuer", "Without an issuer, accounts of the same name look alike in an app.");
    if (label === "") listener.warning("missing-account", "account", "Without an account, some apps refuse the URI.");
  } else if (!parameters.issuer || (key.account !== undefined && !/:|%3a/i.test(label))) {
    const read = "Some apps read the issuer only from the label, others only from the parameter.";
    listener.warning("issuer-not-twice", "issuer", read);
  }
  if (key.extra?.image !== undefined && !key.extra.image.startsWith("https://")) {
    listener.warning(
      "image-not-https",
      "image",
      "The image is not fetched over https, so others can see and change it.",
    );
  }
}
