/** Reads PSKC files (RFC 6030). */
import { refuse } from "../../check.ts";
import type { Import, ImportResult } from "../result.ts";
import { PSKC } from "../xml/path.ts";
import { readXml, type XmlElement } from "../xml/xml.ts";
import { createOpener } from "./encryption.ts";
import { readPackage } from "./key-package.ts";
import { checkPskcOptions, type ImportPskcOptions } from "./options.ts";

/**
 * Reads a PSKC file (RFC 6030): HOTP, TOTP and OCRA secrets, in clear or encrypted with AES-128-CBC, AES-256-CBC or AES key
 * wrap, under a pre-shared key or a pass phrase. An entry that cannot be read is named in `skipped` and does not affect the
 * others. The digital signature of a file is not verified.
 *
 * @param text - at most 16,777,216 characters, 500,000 elements and 32 levels. A document type declaration is refused.
 *
 * @example
 * ```ts
 * import { exportPskc, importPskc } from "otp-core/tokens";
 *
 * const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", period: 60 } as const;
 * const file = await exportPskc([{ key, serial: "2600124809778" }]);
 * const { keys, skipped } = await importPskc(file);
 * console.log(keys[0]?.serial, keys[0]?.key.type, skipped.length); // 2600124809778 totp 0
 * ```
 *
 * @returns a promise that rejects with OtpError `invalid-file` for text that is not PSKC and for a file that is encrypted with
 * another key; `crypto-unavailable` for an encrypted file without `crypto.subtle`; `invalid-argument` for the options.
 */
export async function importPskc(text: string, options: ImportPskcOptions = {}): Promise<ImportResult> {
  checkPskcOptions(options);
  if (typeof text !== "string") refuse("text", "a string", "invalid-file");
  const container = readXml(text);
  if (!isContainer(container)) refuse("text", "a PSKC file of version 1 (RFC 6030)", "invalid-file");
  const opener = createOpener(container, options);
  const result: Import = { keys: [], ocra: [], skipped: [] };
  let at = 0;
  for (const child of container.children) {
    if (child.name === "KeyPackage" && child.namespace === PSKC) await readPackage(result, ++at, child, opener);
  }
  if (opener.isOtherKey()) refuse("text", "encrypted with this key", "invalid-file");
  return result;
}

/** Files of the drafts before RFC 6030 have devices in place of key packages. Reading nothing of them would look like success. */
function isContainer({ name, namespace, attributes, children }: XmlElement): boolean {
  if (name !== "KeyContainer" || namespace !== PSKC || !/^1\./.test(attributes.get("Version") ?? "1.0")) return false;
  return children.every((child) => child.namespace !== PSKC || child.name !== "Device");
}
