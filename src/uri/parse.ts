// Reads a key URI strictly.
import { checkOptions, type Options, refuse } from "../check.ts";
import { STRICT } from "./problem.ts";
import { readKey, type UriKey } from "./read-key.ts";
import type { IssuerConflict } from "./read-names.ts";
import { splitUri, type UriParts } from "./split.ts";

/** The options of {@link parseUri}. */
export interface ParseUriOptions {
  /**
   * Which issuer counts when label and parameter differ and the parameter is not a domain. `"error"`: neither.
   * @defaultValue `"parameter"`
   */
  readonly issuerConflict?: IssuerConflict | undefined;
}

const OPTIONS: Options<ParseUriOptions> = { issuerConflict: true };

/**
 * The key of a key URI (`otpauth://`, `apple-otpauth://` or `steam://`) with every field of its type. Use it for URIs of your
 * own: nothing is clamped, and nothing unreadable becomes a default. For a URI that a user scanned or pasted, use
 * {@link inspectUri}, which never throws and reads what apps read.
 *
 * A parameter is read in any case and under some other names (`algo`, `interval`, `amp;digits`). A mistyped name is an error,
 * because its default would give wrong codes. If label and parameter name different issuers, a domain becomes the key's
 * `domain`, and for other texts `issuerConflict` decides.
 *
 * @param uri - at most 2048 characters. A plus is a plus, as in any URI.
 *
 * @example
 * ```ts
 * import { parseUri } from "otp-core";
 *
 * const key = parseUri("otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQ&issuer=Example&digits=8");
 * console.log(key.type, key.issuer, key.account, key.digits, key.algorithm); // totp Example alice 8 SHA1
 * ```
 *
 * @throws OtpError `invalid-uri` with the parameter as `argument`. The message does not repeat the URI. `invalid-argument` for an
 * option.
 */
export function parseUri(uri: string, options: ParseUriOptions = {}): UriKey {
  checkOptions(options, OPTIONS);
  const { issuerConflict = "parameter" } = options;
  if (issuerConflict !== "parameter" && issuerConflict !== "label" && issuerConflict !== "error") {
    refuse("issuerConflict", '"parameter", "label" or "error"');
  }
  if (typeof uri !== "string") refuse("uri", "a string", "invalid-uri");
  // Without parts, STRICT has thrown.
  const parts = splitUri(uri, STRICT) as UriParts;
  return readKey(parts, issuerConflict, STRICT);
}
