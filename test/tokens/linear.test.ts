// A file takes time in proportion to its length, whatever is in it: eight times the length, about eight times the time.
import { importCsv } from "otp-core/tokens";
import { expect, it } from "vitest";
import { readXml } from "../../src/tokens/xml/xml.ts";
import { best } from "../support/time-ratio.ts";

const filled =
  (start: string, piece: string, end = "") =>
  (length: number) =>
    start + piece.repeat(Math.floor((length - start.length - end.length) / piece.length)) + end;
const pskc = (text: string) => {
  try {
    readXml(text);
  } catch {
    // A refusal takes time too.
  }
};
// It reads before it gives up its turn. What it resolves to is not part of the measurement.
const csv = (text: string) => void importCsv(text).catch(() => {});
const ROOT = '<KeyContainer xmlns="urn:ietf:params:xml:ns:keyprov:pskc">';
const HEADER = "secret,period\n";

// 8 would be linear and 64 the square. What is in memory at the same time costs more for each byte, so there is room.
it.each([
  ["PSKC: elements", pskc, filled(ROOT, "<a/>")],
  ["PSKC: elements with a namespace", pskc, filled(ROOT, '<a xmlns:b="c"/>')],
  ["PSKC: packages that are empty", pskc, filled(ROOT, "<KeyPackage/>")],
  ["PSKC: nested elements", pskc, filled(ROOT, "<a><b></b></a>")],
  ["PSKC: a long name", pskc, filled("<", "a")],
  ["PSKC: a long name with prefixes", pskc, filled("<", "a:")],
  ["PSKC: a long attribute", pskc, filled('<a b="', "c")],
  ["PSKC: the name of an attribute without an end", pskc, filled("<a ", "b")],
  ["PSKC: spaces in a tag", pskc, filled("<a", " ")],
  ["PSKC: spaces after an attribute", pskc, filled("<a b", " ")],
  ["PSKC: references", pskc, filled("<a>", "&amp;")],
  ["PSKC: stray ampersands", pskc, filled("<a>", "&")],
  ["PSKC: references that do not end", pskc, filled("<a>", "&#1")],
  ["PSKC: comments", pskc, filled("<a>", "<!---->")],
  ["PSKC: comments that do not end", pskc, filled("<a>", "<!--")],
  ["PSKC: marked data", pskc, filled("<a>", "x<![CDATA[]]>")],
  ["PSKC: text in pieces", pskc, filled("<a>", "x<b/>")],
  ["PSKC: lines before a fault", pskc, filled("<a>", "\n", "</b>")],
  ["PSKC: tags that do not match", pskc, filled("<a>", "</a>")],
  ["CSV: lines", csv, filled(HEADER, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,30\n")],
  ["CSV: empty lines", csv, filled(HEADER, "\n", "a,b")],
  ["CSV: cells", csv, filled("a", ",b")],
  ["CSV: quotation marks", csv, filled('a,"', '""', '"')],
  ["CSV: quotation marks without an end", csv, filled("a,", '"', "x")],
  ["CSV: spaces", csv, filled("a,", " ", "b")],
  ["CSV: spaces between quotation marks and the separator", csv, filled('"a"', " ", ",b")],
  ["CSV: hexadecimal digits", csv, filled(HEADER, "ab")],
  ["CSV: base32", csv, filled(HEADER, "A")],
  ["CSV: base64", csv, filled(HEADER, "aB+")],
  ["CSV: a long header", csv, filled("secret,", "base32 ")],
  ["CSV: separators of three kinds", csv, filled("a", ",;\t")],
])("%s", (_, call, write) => {
  expect(best(call, write(4096), write(32_768), 32)).toBeLessThan(32);
});
