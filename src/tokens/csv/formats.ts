/** Reads the rows of CSV files without a header: OATH and Yubico. */

import { readAlgorithm } from "../names.ts";
import { readInteger } from "../values.ts";
import { readType } from "./header.ts";
import { type CsvSeed, csvSeed } from "./row-seed.ts";

/** Whether a row without a header says what it is, as a row of the OATH format does. */
export function namesType(cells: readonly string[]): boolean {
  return cells.slice(2, 3).some((cell) => readType(cell) !== null);
}

/**
 * The OATH format: serial number, seed, type, digits, and seconds of a time step; or the suite in place of the digits. Its
 * defaults are HOTP, 6 digits and 30 seconds. A file of serial numbers and seeds only could be any other format.
 */
export function readOathRow(cells: readonly string[], isOath: boolean): CsvSeed | "columns" {
  const [serial, text, type = "", fourth = "", fifth = "", sixth = ""] = cells;
  if (text === undefined || cells.slice(6).some((cell) => cell !== "")) return "columns";
  const common = {
    serial: serial || null,
    text,
    type: type === "" && isOath ? ("hotp" as const) : readType(type),
    algorithm: sixth === "" ? undefined : readAlgorithm(sixth),
  };
  if (common.type === "ocra") return csvSeed({ ...common, suite: fourth || null });
  const digits = fourth === "" ? 6 : readInteger(fourth);
  if (common.type === "totp") return csvSeed({ ...common, digits, period: fifth === "" ? 30 : readInteger(fifth) });
  // Some writers put the seconds of a time step here and others a counter; only 0 is certain.
  return csvSeed({ ...common, digits, counter: fifth === "" || fifth === "0" ? 0 : null });
}

/** The events of Yubico's personalisation tool. The first one of a file is the start of the log. */
const EVENT = /^(?:OATH-HOTP|Yubico OTP|Static Password|Challenge-Response|Configuration|LOGGING START)\b/i;
const EVENT_COLUMNS = 18;

export function isYubicoEvent(cells: readonly string[]): boolean {
  return EVENT.test(cells.join());
}

/** The traditional format of Yubico's tool. Only OATH-HOTP is a token of this library. `null`: the start of a log. */
export function readYubicoEvent(cells: readonly string[]): CsvSeed | "columns" | null {
  const event = String(cells[0]);
  if (/^LOGGING START/i.test(event)) return null;
  if (cells.length < EVENT_COLUMNS) return "columns";
  // From the end: the time, which is the second column, may hold a comma.
  const [id = "", , text = "", , , modhex1, modhex2, modhex, digits = "", factor = ""] = cells.slice(3 - EVENT_COLUMNS);
  const modhexLength = modhex === "1" ? id.length : modhex1 === "1" ? 2 : modhex2 === "1" ? 4 : 0;
  const serial = id === "" ? null : typedId(id, modhexLength);
  if (!/^OATH-HOTP$/i.test(event)) return csvSeed({ serial });
  return csvSeed({
    serial,
    manufacturer: "Yubico",
    text,
    encoding: "hex",
    type: "hotp",
    digits: readInteger(digits),
    counter: readInteger(factor),
  });
}

const MODHEX = "cbdefghijklnrtuv";

/** The id that a YubiKey types before the code: the first characters in modhex, the others as hexadecimal digits. */
function typedId(id: string, modhexLength: number): string {
  const rest = [...id.slice(modhexLength)].map((character) => {
    const digit = MODHEX.indexOf(character);
    return digit < 0 ? character : digit.toString(16);
  });
  return id.slice(0, modhexLength) + rest.join("");
}

/** Yubico's own format: serial number, public id, private id or counter, seed, access code, time. */
export function isYubicoRow(cells: readonly string[]): boolean {
  return cells.slice(5, 6).some((cell) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(cell));
}

/**
 * Yubico's own format never says how many digits a code has. A row without an id may be HOTP or challenge and response; a row
 * with one is HOTP when the seed has 20 bytes, because the seed of a Yubico OTP has 16.
 */
export function readYubicoRow(cells: readonly string[]): CsvSeed {
  const [serial, id, , text = ""] = cells;
  const type = id !== "" && text.length === 40 ? "hotp" : null;
  return csvSeed({ serial: serial || null, text, encoding: "hex", type, digits: null });
}
