import { checkOptions, refuse } from "../check.ts";
import { refuseUri } from "./problem.ts";
import { readKey, type UriKey } from "./read-key.ts";
import type { IssuerConflict } from "./read-names.ts";
import { splitUri, type UriParts } from "./split.ts";

/** How a URI that can be read in two ways is read. */
export interface ParseUriOptions {
  /** Which issuer counts when the label and the parameter name different ones; unless told, that is an error. */
  readonly issuerConflict?: IssuerConflict | undefined;
}

const OPTIONS = { issuerConflict: true } as const;

/**
 * The key of a key URI, `otpauth://` (or `apple-otpauth://`, `steam://`), with every field written out. Strict: nothing is
 * clamped, and nothing unknown becomes a default. For a URI that a person scanned or pasted, use {@link inspectUri}, which
 * never throws and reads what apps read.
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
 * @throws OtpError `invalid-uri`, with the parameter as `argument`; the message holds nothing of the URI. `invalid-argument` for an
 * option.
 */
export function parseUri(uri: string, options: ParseUriOptions = {}): UriKey {
  checkOptions(options, OPTIONS);
  const { issuerConflict } = options;
  if (issuerConflict !== undefined && issuerConflict !== "parameter" && issuerConflict !== "label") {
    refuse("issuerConflict", '"parameter", "label" or left out');
  }
  if (typeof uri !== "string") refuse("uri", "a string", "invalid-uri");
  // Where there would be no parts, refuseUri has thrown.
  const parts = splitUri(uri, refuseUri) as UriParts;
  return readKey(parts, issuerConflict, refuseUri);
}
