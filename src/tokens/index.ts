/**
 * Seed files of hardware tokens: PSKC (RFC 6030) and CSV. Call `importPskc` or `importCsv` with the text of the file that came
 * with your tokens, then store each key with its serial number.
 *
 * @module
 */
export { importCsv } from "./csv/csv.ts";
export { type ExportedKey, exportPskc } from "./pskc/export.ts";
export type { ImportPskcOptions } from "./pskc/options.ts";
export { importPskc } from "./pskc/pskc.ts";
export type { ImportedKey, ImportedOcraSecret, ImportResult, SkippedEntry, SkipReason } from "./result.ts";
