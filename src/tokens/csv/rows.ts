/** Splits the text of a CSV file into lines and cells (RFC 4180, but no cell spans lines: no seed does). */
import { refuse } from "../../check.ts";

/** A line that is not empty and not a comment. */
export interface Row {
  /** The number of the line, from 1. */
  readonly at: number;
  /** Without the white space around them. `null`: a quotation mark is in a wrong place, or there are more than 64 cells. */
  readonly cells: readonly string[] | null;
}

/** More lines than any delivery of tokens has, and more cells than any format. */
const MAX_ROWS = 200_000;
const MAX_CELLS = 64;

/** @throws OtpError `invalid-file` for more than 200,000 lines. */
export function readRows(text: string): Row[] {
  const rows: Row[] = [];
  let separator: string | null = null;
  let start = text.startsWith("\ufeff") ? 1 : 0;
  for (let at = 1; start < text.length; at++) {
    const end = findLineEnd(text, start);
    const line = text.slice(start, end);
    start = end + (text.startsWith("\r\n", end) ? 2 : 1);
    if (/^[\s,;"]*(?:#|$)/.test(line)) continue;
    if (rows.length === MAX_ROWS) refuse("text", `CSV of at most ${MAX_ROWS} lines`, "invalid-file");
    separator ??= findSeparator(line);
    rows.push({ at, cells: readCells(line, separator) });
  }
  return rows;
}

function findLineEnd(text: string, start: number): number {
  const pattern = /[\r\n]/g;
  pattern.lastIndex = start;
  return pattern.exec(text)?.index ?? text.length;
}

/** The separator that the line has most of, outside of quotation marks. */
function findSeparator(line: string): string {
  const unquoted = line.replace(/"[^"]*"/g, "");
  const count = (separator: string) => unquoted.split(separator).length;
  return [",", ";", "\t"].reduce((most, separator) => (count(separator) > count(most) ? separator : most));
}

function readCells(line: string, separator: string): string[] | null {
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    if (cells.length === MAX_CELLS) return null;
    const start = skipSpaces(line, at, separator);
    if (line[start] !== '"') {
      const end = indexOrEnd(line, separator, at);
      cells.push(unwrapFormula(line.slice(at, end).trim()));
      at = end + 1;
      continue;
    }
    const quoted = readQuoted(line, start);
    if (quoted === null) return null;
    const end = skipSpaces(line, quoted.end, separator);
    if (end < line.length && line[end] !== separator) return null;
    cells.push(quoted.text.trim());
    at = end + 1;
  }
  return cells;
}

/** A doubled quotation mark stands for one. `null`: the closing one is missing. */
function readQuoted(line: string, start: number): { readonly text: string; readonly end: number } | null {
  let text = "";
  for (let at = start + 1; ; ) {
    const end = line.indexOf('"', at);
    if (end === -1) return null;
    text += line.slice(at, end);
    if (line[end + 1] !== '"') return { text, end: end + 1 };
    text += '"';
    at = end + 2;
  }
}

/** Excel keeps the leading zeros of `="00123"`. */
function unwrapFormula(cell: string): string {
  return cell.startsWith('="') && cell.endsWith('"') ? cell.slice(2, -1) : cell;
}

function skipSpaces(line: string, at: number, separator: string): number {
  let end = at;
  while (line[end] !== separator && (line[end] === " " || line[end] === "\t")) end++;
  return end;
}

function indexOrEnd(line: string, text: string, from: number): number {
  const found = line.indexOf(text, from);
  return found < 0 ? line.length : found;
}
