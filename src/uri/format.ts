// Writes a key URI.
import { checkOptions, type Options, refuse } from "../check.ts";
import { canonicalBase32, encodeBase32 } from "../encoding/base32.ts";
import { isBytes } from "../encoding/bytes.ts";
import { encodePercent, encodePlain } from "../encoding/percent.ts";
import {
  algorithmOf,
  checkHotpKey,
  checkInitialCounter,
  checkWholeKey,
  digitsOf,
  epochOf,
  type Key,
  periodOf,
} from "../key/key.ts";
import { checkDomain, checkLabel, isPrintable, MAX_LABEL, refuseLeadingSpace } from "../key/label.ts";
import { meaningOf } from "./parameters.ts";
import { MAX_URI, type UriExtra } from "./split.ts";

/** What a URI says apart from the key. */
export interface FormatUriOptions {
  /**
   * `"apple-otpauth"` opens Apple's password manager from a link. TOTP only.
   * @defaultValue `"otpauth"`
   */
  readonly scheme?: "otpauth" | "apple-otpauth" | undefined;
  /**
   * The domain of the service, by which password managers find the entry.
   * @defaultValue the key's own
   */
  readonly domain?: string | undefined;
  /** Parameters that no key has, such as `image`, which some apps show. An image must be an https address. */
  readonly extra?: UriExtra | undefined;
}

const OPTIONS: Options<FormatUriOptions> = { scheme: true, domain: true, extra: true };
const NONE: FormatUriOptions = /* @__PURE__ */ Object.freeze({});

/**
 * The key URI of a key: the text of the QR code that an authenticator app scans. Every parameter is written out, the issuer stands in
 * the label and as a parameter, a space is `%20` and the secret has no padding, because apps differ in everything else.
 * {@link parseUri} reads the same key back. A `domain` is written as the parameter, and the issuer then stands in the label alone.
 *
 * @param key - its secret is base32 text or bytes.
 *
 * @example
 * ```ts
 * import { formatUri } from "otp-core";
 *
 * const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQ", issuer: "My Shop", account: "alice" } as const;
 * const uri = formatUri(key);
 * console.log(uri.slice(0, 60)); // otpauth://totp/My%20Shop:alice?secret=GEZDGNBVGY3TQOJQ&issue
 * console.log(uri.slice(60)); // r=My%20Shop&algorithm=SHA1&digits=6&period=30
 * ```
 *
 * @throws OtpError `invalid-argument` with the field as `argument`: a colon or a control character in a name, an account that
 * begins with a space, a domain without an issuer, a URI of more than 2048 characters. `invalid-secret`.
 */
export function formatUri(key: Key<string | Uint8Array>, options: FormatUriOptions = NONE): string {
  checkOptions(options, OPTIONS);
  checkWholeKey(key);
  const { scheme = "otpauth" } = options;
  if (scheme !== "otpauth" && scheme !== "apple-otpauth") refuse("scheme", '"otpauth" or "apple-otpauth"');
  if (scheme === "apple-otpauth" && key.type !== "totp") refuse("type", '"totp" with the scheme apple-otpauth');
  const domain = options.domain === undefined ? key.domain : options.domain;
  const account = key.account === undefined ? "" : encodeLabel(key.account, "account");
  // Asked of the given text, because the escaped one is still in pieces.
  if (key.account !== undefined) refuseLeadingSpace(key.account);
  const issuer = key.issuer === undefined ? undefined : encodeLabel(key.issuer, "issuer");
  const parameter = domain === undefined ? issuer : checkDomain(domain);
  if (issuer === undefined && parameter !== undefined)
    refuse("issuer", "given with a domain, which is read as the issuer");
  // A label without a colon is the account, unless it is the issuer of the parameter.
  const separator = issuer === undefined || (account === "" && parameter === issuer) ? "" : ":";
  const uri =
    `${scheme}://${key.type}/${issuer ?? ""}${separator}${account}?secret=${formatSecret(key)}` +
    (parameter === undefined ? "" : `&issuer=${parameter}`) +
    formatMovingPart(key) +
    (options.extra === undefined ? "" : formatExtra(options.extra));
  if (uri.length > MAX_URI) refuse("key", `short enough for a URI of ${MAX_URI} characters`);
  return uri;
}

type WrittenKey = Key<string | Uint8Array>;

/** Nearly all names are plain text, and are labels if they are short enough. The others are checked. */
function encodeLabel(value: unknown, argument: string): string {
  const plain = typeof value === "string" && value.length <= MAX_LABEL ? encodePlain(value) : undefined;
  return plain || encodePercent(checkLabel(value, argument));
}

function formatSecret({ secret }: WrittenKey): string {
  if (typeof secret !== "string" && !isBytes(secret)) refuse("secret", "base32 text or a Uint8Array");
  const text = typeof secret === "string" ? canonicalBase32(secret, "secret") : encodeBase32(secret);
  return text || refuse("secret", "one byte or more", "invalid-secret");
}

function formatMovingPart(key: WrittenKey): string {
  if (key.type === "hotp") {
    checkHotpKey(key);
    const counter = key.counter === undefined ? 0 : checkInitialCounter(key.counter);
    return `&algorithm=${algorithmOf(key.algorithm, undefined)}&digits=${digitsOf(key)}&counter=${counter}`;
  }
  const epoch = epochOf(key);
  return (
    `&algorithm=${algorithmOf(key.algorithm, key.encoder)}&digits=${digitsOf(key)}&period=${periodOf(key)}` +
    (epoch === 0 ? "" : `&epoch=${epoch}`) +
    (key.encoder === undefined ? "" : `&encoder=${key.encoder}`)
  );
}

function formatExtra(extra: UriExtra): string {
  if (typeof extra !== "object" || extra === null) refuse("extra", "a record of texts");
  let text = "";
  for (const [name, value] of Object.entries(extra)) {
    if (name === "" || !isPrintable(name) || meaningOf(name) !== undefined) {
      refuse("extra", "without control characters and without names that look like parameters of a key");
    }
    if (typeof value !== "string" || !isPrintable(value)) refuse(`extra.${name}`, "text without control characters");
    if (name === "image" && !value.startsWith("https://")) refuse("extra.image", "an https address");
    text += `&${encodePercent(name)}=${encodePercent(value)}`;
  }
  return text;
}
