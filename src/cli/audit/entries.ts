// The entries of a file: its lines, or a column of a CSV file.
import { UsageError } from "../command-line.ts";

export interface Entry {
  /** The line on which the entry begins, from 1 on. */
  readonly line: number;
  readonly text: string;
}

/**
 * A first line with such a name is a header and not an entry. None of these words is base32 of whole bytes. In camel case a name may be,
 * as `mySecret` is, but no library stores a secret that ends in a word and has capital letters only where words begin.
 */
const HEADER =
  /^(?:\w+_)?(?:secret|seed|key|uri|url)s?$|^[a-z]+[0-9]*(?:[A-Z][a-z]+[0-9]*)*(?:Secret|Seed|Key|Uri|Url|URI|URL)s?$/;

/** @param column - a name of the first line, or a number from 1 on. Without it, every line is an entry. */
export function entriesOf(text: string, column: string | undefined): Entry[] {
  const content = text.replace(/^\ufeff/, "");
  if (column !== undefined) return columnOf(content, column);
  const lines = content.split(/\r?\n/).map((each, i) => ({ line: i + 1, text: each.trim() }));
  const first = lines[0]?.text ?? "";
  const names = first.split(separatorOf(first)).map(unquoted);
  if (names.length > 1 && (names.some((name) => HEADER.test(name)) || isTable(lines))) {
    throw new UsageError(`the file has ${names.length} columns; --column names the one with the secrets`);
  }
  if (HEADER.test(unquoted(first))) lines.shift();
  // The end of the last line is not an entry.
  if (lines.at(-1)?.text === "") lines.pop();
  return lines;
}

function columnOf(text: string, column: string): Entry[] {
  const rows = rowsOf(text, separatorOf(text.slice(0, text.search(/\r?\n|$/))));
  const isNumber = /^[1-9]\d{0,3}$/.test(column);
  const index = isNumber ? Number(column) - 1 : (rows[0]?.cells.indexOf(column) ?? -1);
  if (index < 0 || index >= (rows[0]?.cells.length ?? 0)) throw new UsageError("the first line has no such --column");
  // A secret with a separator in it that is not quoted would be cut.
  const columns = rows[0]?.cells.length;
  const uneven = rows.find(({ cells }) => cells.length !== columns);
  if (uneven)
    throw new UsageError(`line ${uneven.line} has ${uneven.cells.length} columns, and the first has ${columns}`);
  const hasHeader = !isNumber || HEADER.test(rows[0]?.cells[index] ?? "");
  return rows.slice(hasHeader ? 1 : 0).map(({ line, cells }) => ({ line, text: (cells[index] ?? "").trim() }));
}

/** Whether all lines have the same number of separators. Secrets that contain separators do not. */
function isTable(lines: readonly Entry[]): boolean {
  const texts = lines.map(({ text }) => text).filter((text) => text !== "");
  const separator = separatorOf(texts[0] ?? "");
  const columns = new Set(texts.map((text) => text.split(separator).length));
  return texts.length > 1 && columns.size === 1 && !/^(?:[{"]|[a-z-]+:\/\/)/i.test(texts[0] ?? "");
}

function unquoted(cell: string): string {
  return cell.trim().replace(/^"(.*)"$/, "$1");
}

/** Of comma, semicolon and tab, the one that the line has most. */
function separatorOf(line: string): string {
  const counts = [",", ";", "\t"].map((separator) => ({ separator, count: line.split(separator).length }));
  counts.sort((a, b) => b.count - a.count);
  return counts[0]?.separator ?? ",";
}

interface Row {
  readonly line: number;
  readonly cells: string[];
}

/** RFC 4180: a quoted cell may contain separators, line breaks and doubled quotes. */
function rowsOf(text: string, separator: string): Row[] {
  const rows: Row[] = [];
  let row: Row = { line: 1, cells: [] };
  let line = 1;
  // A cell, and what ends it: the separator, the end of the line, or the end of the file.
  const end = `${separator}|\\r\\n|\\n|\\r|$`;
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"(?=${end})|([^${separator}\\r\\n]*))(${end})`, "gy");
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    const [whole, quoted, plain = "", mark] = match;
    row.cells.push(quoted?.replace(/""/g, '"') ?? plain);
    line += whole.split(/\r\n|\n|\r/).length - 1;
    if (mark !== separator) {
      if (row.cells.length > 1 || row.cells[0] !== "") rows.push(row);
      row = { line, cells: [] };
    }
    if (mark === "") break;
  }
  return rows;
}
