// speakeasy's key URIs.
import { refuse } from "../../check.ts";
import { encodeBase32 } from "../../encoding/base32.ts";
import { utf8Length } from "../../encoding/utf8.ts";
import { checkObject, type Encoding, numberOf, type SpeakeasyAlgorithm, secretBytes } from "./options.ts";

/** The options of {@link otpauthURL}. */
export interface OtpauthUrlOptions {
  readonly secret: string | Uint8Array;
  /** Written as it is, so that it must be escaped already. */
  readonly label: string;
  /** Default: `"ascii"`. */
  readonly encoding?: Encoding | undefined;
  /** Default: `"totp"`. */
  readonly type?: "totp" | "hotp" | undefined;
  readonly issuer?: string | undefined;
  readonly algorithm?: SpeakeasyAlgorithm | undefined;
  readonly digits?: number | undefined;
  /** Seconds. */
  readonly period?: number | undefined;
  /** Required for `"hotp"`. speakeasy does not write it. */
  readonly counter?: number | undefined;
}

/**
 * The key URI, as speakeasy writes it: the label is not escaped, and the issuer is not in it. Prefer `formatUri` of `otp-core`.
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`.
 *
 * @example
 * ```ts
 * import { otpauthURL } from "otp-core/compat/speakeasy";
 *
 * const url = otpauthURL({ secret: "12345678901234567890", label: "alice", issuer: "Shop" });
 * console.log(url); // otpauth://totp/alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shop
 * ```
 */
export function otpauthURL(options: OtpauthUrlOptions): string {
  const { secret, label, encoding, type, issuer, algorithm, digits, period, counter } = checkObject(options);
  const kind = textOf(type || "totp", "type").toLowerCase();
  if (kind !== "totp" && kind !== "hotp") refuse("type", '"totp" or "hotp"');
  if (!label) refuse("label", "text that is not empty");
  const moving = kind === "hotp" ? (numberOf(counter, "counter") ?? refuse("counter", "the first counter")) : undefined;
  const parameters = {
    // Base32 text stays as it is. Everything else is encoded.
    secret:
      typeof secret === "string" && secret && encoding === "base32"
        ? textOf(secret, "secret")
        : encodeBase32(secretBytes(secret, encoding)),
    issuer: issuer ? textOf(issuer, "issuer") : undefined,
    algorithm: algorithm === undefined || algorithm === null ? undefined : textOf(algorithm, "algorithm").toUpperCase(),
    digits: numberOf(digits, "digits"),
    period: periodOf(period),
    counter: moving,
  };
  const query = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const path = textOf(label, "label").replace(/^\//, "").replace(/#/g, "%23").replace(/\?/g, "%3F");
  return `otpauth://${kind}/${path}?${query.map(([name, value]) => `${name}=${encodeURIComponent(`${value}`)}`).join("&")}`;
}

function periodOf(period: unknown): number | undefined {
  const number = numberOf(period, "period");
  return number === undefined ? undefined : Math.trunc(number);
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== "string" || utf8Length(value) < 0) refuse(name, "well-formed text");
  return value;
}
