// speakeasy's new secrets.
import { checkInteger, refuse } from "../../check.ts";
import { encodeBase32 } from "../../encoding/base32.ts";
import type { Bytes } from "../../encoding/bytes.ts";
import { drawSymbols } from "../../encoding/random.ts";
import { utf8Length } from "../../encoding/utf8.ts";
import { textToBytes, toHex } from "../text-encoding.ts";
import { checkObject } from "./options.ts";
import { otpauthURL } from "./otpauth-url.ts";

/** The options of {@link generateSecret}. */
export interface GenerateSecretOptions {
  /** Characters, 1 to 1024. Default: 32. */
  readonly length?: number | undefined;
  /** Whether the secret contains symbols. Default: true. */
  readonly symbols?: boolean | undefined;
  /** The label of the URI. Default: `"SecretKey"`. */
  readonly name?: string | undefined;
  /** The issuer of the URI. speakeasy ignores it. */
  readonly issuer?: string | undefined;
  /** Whether a URI is made. Default: true. */
  readonly otpauth_url?: boolean | undefined;
}

/** One secret in three encodings. */
export interface GeneratedSecret {
  readonly ascii: string;
  readonly hex: string;
  readonly base32: string;
  readonly otpauth_url: string | undefined;
}

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SYMBOLS = "!@#$%^&*()<>?/[]{},.:;";

/**
 * A new secret, as speakeasy returns it. Every character has the same probability, which is not so in speakeasy.
 *
 * The options `qr_codes` and `google_auth_qr` are refused, because they sent the secret to a server of Google. Draw `otpauth_url`
 * yourself.
 *
 * @throws OtpError `invalid-argument`; `random-unavailable` if the runtime has no cryptographic generator.
 *
 * @example
 * ```ts
 * import { generateSecret } from "otp-core/compat/speakeasy";
 *
 * const secret = generateSecret({ length: 20, name: "Shop (alice)" });
 * console.log(secret.ascii.length, secret.base32.length); // 20 32
 * ```
 */
export function generateSecret(options?: GenerateSecretOptions): GeneratedSecret {
  const { length, symbols, name, issuer, otpauth_url, ...others } = { ...checkObject(options ?? {}) };
  for (const leak of ["qr_codes", "google_auth_qr"]) {
    if (others[leak]) refuse(leak, "left out: it sent the secret to another server; draw `otpauth_url` yourself");
  }
  const label = name || "SecretKey";
  if (typeof label !== "string") refuse("name", "text");
  const ascii = generateSecretASCII((length || undefined) as number | undefined, symbols !== false);
  const bytes = textToBytes(ascii, "ascii") as Bytes;
  const url = () => otpauthURL({ secret: ascii, label: escapeLabel(label), issuer: issuer as string | undefined });
  return {
    ascii,
    hex: toHex(bytes),
    base32: encodeBase32(bytes),
    ...((otpauth_url ?? true) ? { otpauth_url: url() } : {}),
  } as GeneratedSecret;
}

function escapeLabel(label: string): string {
  if (utf8Length(label) < 0) refuse("name", "text without half of a surrogate pair");
  return encodeURIComponent(label);
}

/**
 * The text of a new secret, as speakeasy returns it.
 *
 * @param length - 1 to 1024 characters. Default: 32.
 * @param symbols - whether symbols are among them. Default: false.
 *
 * @throws OtpError `invalid-argument`; `random-unavailable`.
 *
 * @example
 * ```ts
 * import { generateSecretASCII } from "otp-core/compat/speakeasy";
 *
 * console.log(generateSecretASCII(24).length); // 24
 * ```
 */
export function generateSecretASCII(length = 32, symbols = false): string {
  return drawSymbols(symbols ? LETTERS + SYMBOLS : LETTERS, checkInteger(length, "length", 1, 1024));
}
