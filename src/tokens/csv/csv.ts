/** Reads CSV files of seeds. */
import { refuse } from "../../check.ts";
import { addSeed, type Import, type ImportResult } from "../result.ts";
import { MAX_FILE } from "../xml/xml.ts";
import { isYubicoEvent, isYubicoRow, namesType, readOathRow, readYubicoEvent, readYubicoRow } from "./formats.ts";
import { type Header, readHeader, readNamedRow } from "./header.ts";
import type { CsvSeed } from "./row-seed.ts";
import { type Row, readRows } from "./rows.ts";
import { commonEncoding, type Encoding, readSeedText } from "./seed-text.ts";

/**
 * Reads a CSV file of seeds: a file whose first line names its columns, as from Token2 and for Azure; the OATH format (`serial,
 * seed, type, digits, seconds`); the traditional log of Yubico's personalisation tool. Seeds may be hexadecimal, base32 or base64.
 * The separator may be a comma, a semicolon or a tab. An entry that cannot be read with certainty is named in `skipped` and does
 * not affect the others.
 *
 * Without a column for it, a code has 6 digits and a seed is for SHA-1. A seed of 32 or 64 bytes, which suits another hash as well,
 * then needs a column with the algorithm.
 *
 * @param text - at most 16,777,216 characters and 200,000 lines.
 *
 * @example
 * ```ts
 * import { importCsv } from "otp-core/tokens";
 *
 * const file = "serial number,secret key,time interval\n1001,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,60\n1002,?,60\n";
 * const { keys, skipped } = await importCsv(file);
 * console.log(keys[0]?.serial, skipped[0]?.at, skipped[0]?.reason); // 1001 3 secret
 * ```
 *
 * @returns a promise that rejects with OtpError `invalid-file` for text that is not CSV.
 */
export async function importCsv(text: string): Promise<ImportResult> {
  if (typeof text !== "string") refuse("text", "a string", "invalid-file");
  if (text.length > MAX_FILE) refuse("text", `at most ${MAX_FILE} characters long`, "invalid-file");
  const rows = readRows(text);
  if (/^\ufeff?\s*<|\0/.test(text) || !rows.some(({ cells }) => cells !== null && cells.length > 1)) {
    refuse("text", "CSV with a serial number and a seed in each line", "invalid-file");
  }
  const header = readHeader(rows.slice(0, 1).flatMap(({ cells }) => cells ?? []));
  const isOath = rows.some(({ cells }) => cells !== null && namesType(cells));
  const seeds = rows.slice(header === null ? 0 : 1).map((row) => ({ at: row.at, said: readRow(row, header, isOath) }));
  const texts = seeds
    .map(({ said }) => said)
    .filter(isSeed)
    .map(({ text }) => text);

  const common = commonEncoding(texts);
  const result: Import = { keys: [], ocra: [], skipped: [] };
  for (const { at, said } of seeds) {
    if (said === "columns") result.skipped.push({ at, serial: null, reason: said });
    else if (said !== null) addCsvSeed(result, at, said, common);
  }
  return result;
}

function readRow({ cells }: Row, header: Header | null, isOath: boolean): CsvSeed | "columns" | null {
  if (cells === null) return "columns";
  if (header !== null) return readNamedRow(header, cells);
  if (isYubicoEvent(cells)) return readYubicoEvent(cells);
  return isYubicoRow(cells) ? readYubicoRow(cells) : readOathRow(cells, isOath);
}

function isSeed(said: CsvSeed | "columns" | null): said is CsvSeed {
  return said !== null && said !== "columns";
}

function addCsvSeed(result: Import, at: number, said: CsvSeed, common: Encoding | null): void {
  const { text, encoding, ...rest } = said;
  const secret = readSeedText(text, encoding, common);
  // RFC 6238 section 5.1: the seed should be as long as the digest. These two lengths leave open which hash is meant.
  const isOpen = secret?.length === 32 || secret?.length === 64;
  const algorithm = said.algorithm === undefined ? (isOpen ? null : "SHA1") : said.algorithm;
  addSeed(result, at, { ...rest, secret, algorithm });
}
