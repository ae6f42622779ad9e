/** Reads the rows of a CSV file whose first line names the columns, such as the files of Token2 and the format of Azure. */

import { readAlgorithm, readProfile, type TokenType } from "../names.ts";
import { readInteger } from "../values.ts";
import { type CsvSeed, csvSeed } from "./row-seed.ts";
import type { Encoding } from "./seed-text.ts";

type Field =
  | "serial"
  | "secret"
  | "type"
  | "digits"
  | "period"
  | "counter"
  | "algorithm"
  | "suite"
  | "drift"
  | "manufacturer"
  | "model";

/** The names of columns, in lower case and without anything but letters. */
const NAMES: Readonly<Record<Field, string>> = {
  serial: "serial serialnumber serialno sn tokenserial",
  secret: "secret secretkey seed tokenseed key otpkey",
  type: "type tokentype otptype",
  digits: "digits otplength otplen codelength responselength",
  period: "period timeinterval timestep interval",
  counter: "counter eventcounter movingfactor",
  algorithm: "algorithm hash hashalgorithm hashfunction",
  suite: "suite ocrasuite",
  drift: "drift timedrift",
  manufacturer: "manufacturer vendor",
  model: "model",
};
const FIELDS: ReadonlyMap<string, Field> = new Map(
  (Object.keys(NAMES) as Field[]).flatMap((field) => NAMES[field].split(" ").map((name) => [name, field] as const)),
);

/** Where the columns are. */
export interface Header {
  readonly columns: ReadonlyMap<Field, number>;
  readonly length: number;
  /** The encoding that the name of the seed's column states. */
  readonly encoding: Encoding | null;
}

/** `null`: the cells do not name a column of seeds. */
export function readHeader(cells: readonly string[]): Header | null {
  const columns = new Map<Field, number>();
  let encoding: Encoding | null = null;
  for (const [i, cell] of cells.entries()) {
    const [stated] = /hex|base32|base64/.exec(cell.toLowerCase()) ?? [];
    const field = FIELDS.get(cell.toLowerCase().replace(/hex(?:adecimal)?|base32|base64|seconds|[^a-z]/g, ""));
    if (field === undefined || columns.has(field)) continue;
    columns.set(field, i);
    if (field === "secret") encoding = (stated as Encoding | undefined) ?? null;
  }
  return columns.has("secret") ? { columns, length: cells.length, encoding } : null;
}

/** `"columns"`: the row has more cells than the header, so that nothing is certain about any of them. */
export function readNamedRow({ columns, length, encoding }: Header, cells: readonly string[]): CsvSeed | "columns" {
  if (cells.slice(length).some((cell) => cell !== "")) return "columns";
  const cellOf = (field: Field) => cells[columns.get(field) ?? -1] ?? "";
  const integerOf = (field: Field, absent: number | null) => {
    const cell = cellOf(field);
    return cell === "" ? absent : readInteger(cell);
  };
  const algorithm = cellOf("algorithm");
  const profile = readProfile(algorithm);
  return csvSeed({
    serial: cellOf("serial") || null,
    manufacturer: cellOf("manufacturer") || null,
    model: cellOf("model") || null,
    text: cellOf("secret"),
    encoding,
    type: profile.type ?? typeOf(cellOf("type"), cellOf("period"), cellOf("counter")),
    algorithm: algorithm === "" || profile.type !== null ? undefined : readAlgorithm(algorithm),
    suite: cellOf("suite") || null,
    digits: integerOf("digits", 6),
    period: integerOf("period", null),
    counter: integerOf("counter", 0),
    drift: integerOf("drift", 0),
  });
}

/** A token with a time step and without a counter is TOTP, and the other way round. */
function typeOf(type: string, period: string, counter: string): TokenType | null {
  if (type !== "") return readType(type);
  if ((period === "") === (counter === "")) return null;
  return period === "" ? "hotp" : "totp";
}

export function readType(text: string): TokenType | null {
  const name = /^(?:oath[-_ ]?)?(hotp|totp|ocra)$/i.exec(text)?.[1];
  return (name?.toLowerCase() as TokenType | undefined) ?? null;
}
