import { checkOptions, refuse } from "../check.ts";
import { canonicalBase32 } from "../encoding/base32.ts";
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
import { checkLabel, isPrintable, MAX_LABEL } from "../key/label.ts";
import { MAX_URI, PARAMETERS, type UriExtra } from "./split.ts";

/** What a URI says beside the key. */
export interface FormatUriOptions {
  /** `"otpauth"` unless told; `"apple-otpauth"` opens Apple's password manager from a link, TOTP only. */
  readonly scheme?: "otpauth" | "apple-otpauth" | undefined;
  /** Apple's scheme only: the service's domain, by which the password manager finds the account; the issuer unless told. */
  readonly domain?: string | undefined;
  /** Parameters that no key has, such as `image`, which some apps show and which has to be an https address. */
  readonly extra?: UriExtra | undefined;
}

const OPTIONS = { scheme: true, domain: true, extra: true } as const;
const NONE: FormatUriOptions = /* @__PURE__ */ Object.freeze({});

/**
 * The key URI of a key, which an authenticator app reads off a QR code: every parameter is written out, the issuer in the
 * label and as a parameter, spaces as `%20` and the secret without padding, because apps differ in everything else. What
 * {@link parseUri} would not read back as the same key is refused.
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
 * @throws OtpError `invalid-argument` with the field's name as `argument`: no account, a colon, a control character, an account that
 * begins with a space, a URI over 2048 characters; `invalid-secret`.
 */
export function formatUri(key: Key, options: FormatUriOptions = NONE): string {
  checkOptions(options, OPTIONS);
  checkWholeKey(key);
  const { scheme = "otpauth", domain } = options;
  if (scheme !== "otpauth" && scheme !== "apple-otpauth") refuse("scheme", '"otpauth" or "apple-otpauth"');
  const apple = scheme === "apple-otpauth";
  if (apple && key.type !== "totp") refuse("type", '"totp" with the scheme of Apple');
  if (domain !== undefined && !apple) refuse("domain", 'left out unless the scheme is "apple-otpauth"');
  const issuer = key.issuer === undefined ? undefined : encodeLabel(key.issuer, "issuer");
  const named = domain === undefined ? issuer : encodeLabel(domain, "domain");
  if (domain !== undefined && issuer === undefined)
    refuse("issuer", "given with a domain, which would be read in its place");
  const account = encodeLabel(key.account, "account");
  // Spaces before an account are no part of it. (Asked of the text that was given: the escaped one is still in pieces.)
  if (key.account?.startsWith(" ")) refuse("account", "text that does not begin with a space");
  const prefix = issuer === undefined ? "" : `${issuer}:`;
  const uri =
    `${scheme}://${key.type}/${prefix}${account}?secret=${secretOf(key)}` +
    (named === undefined ? "" : `&issuer=${named}`) +
    movingPart(key) +
    (options.extra === undefined ? "" : formatExtra(options.extra));
  if (uri.length > MAX_URI) refuse("key", `short enough for a URI of ${MAX_URI} characters`);
  return uri;
}

/** What is plain is a label, and short enough when it is; the others are looked at. */
function encodeLabel(value: unknown, argument: string): string {
  const plain = typeof value === "string" && value.length <= MAX_LABEL ? encodePlain(value) : undefined;
  return plain || encodePercent(checkLabel(value, argument));
}

function secretOf({ secret }: Key): string {
  if (typeof secret !== "string") refuse("secret", "base32 text");
  return canonicalBase32(secret, "secret") || refuse("secret", "one byte or more", "invalid-secret");
}

function movingPart(key: Key): string {
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
    if (name === "" || !isPrintable(name) || (PARAMETERS as readonly string[]).includes(name)) {
      refuse("extra", "without control characters, and none of the parameters of a key");
    }
    if (typeof value !== "string" || !isPrintable(value)) refuse(`extra.${name}`, "text without control characters");
    if (name === "image" && !value.startsWith("https://")) refuse("extra.image", "an address of https");
    text += `&${encodePercent(name)}=${encodePercent(value)}`;
  }
  return text;
}
