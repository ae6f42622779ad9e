/** The options of `importPskc` and `exportPskc`: how a file is encrypted. */
import { checkOptions, refuse } from "../../check.ts";
import { isBytes } from "../../encoding/bytes.ts";
import { utf8Length } from "../../encoding/utf8.ts";

/** How a PSKC file is encrypted. */
export interface ImportPskcOptions {
  /** The key that both sides agreed on: 16 or 32 bytes (RFC 6030 section 6.1). */
  readonly preSharedKey?: Uint8Array | undefined;
  /** The pass phrase from which the key of the file is derived by PBKDF2 (RFC 6030 section 6.2). */
  readonly passphrase?: string | undefined;
}

const OPTIONS: { readonly [Name in keyof ImportPskcOptions]-?: true } = { preSharedKey: true, passphrase: true };

export function checkPskcOptions(options: ImportPskcOptions): void {
  checkOptions(options, OPTIONS);
  const { preSharedKey, passphrase } = options;
  if (preSharedKey !== undefined && !(isBytes(preSharedKey) && [16, 32].includes(preSharedKey.length))) {
    refuse("preSharedKey", "16 or 32 bytes");
  }
  if (passphrase !== undefined && !(typeof passphrase === "string" && utf8Length(passphrase) > 0)) {
    refuse("passphrase", "text of one character or more");
  }
}
