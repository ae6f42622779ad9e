/** Reads the part of XML 1.0 that seed files use: elements, attributes, namespaces and text. */
import { refuse } from "../../check.ts";

/** An element with its text and its child elements. */
export interface XmlElement {
  /** The name without its prefix. */
  readonly name: string;
  /** The namespace that the prefix stands for. Empty: none. */
  readonly namespace: string;
  /** By name, with the prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The text between the child elements. */
  readonly text: string;
}

/** A seed file of 20,000 tokens has about this many characters. */
export const MAX_FILE = 2 ** 24;
const MAX_ELEMENTS = 500_000;
const MAX_DEPTH = 32;
const MAX_ATTRIBUTES = 64;

/**
 * Reads a whole document. A document type declaration is refused, so that no entity can be declared: an entity may name a file
 * or a server, or grow without end. Takes time in proportion to the length of the text.
 *
 * @throws OtpError `invalid-file`, with the line, for everything else.
 */
export function readXml(text: string): XmlElement {
  if (text.length > MAX_FILE) refuse("text", `at most ${MAX_FILE} characters long`, "invalid-file");
  const reader: Reader = { text, at: text.startsWith("\ufeff") ? 1 : 0, elements: 0, open: [], root: null };
  if (FORBIDDEN.test(text)) refuse("text", "XML without control characters", "invalid-file");
  while (reader.at < text.length) readPiece(reader);
  if (reader.root === null || reader.open.length > 0) return fail(reader);
  return reader.root;
}

interface Scope {
  readonly namespaces: ReadonlyMap<string, string>;
  readonly outer: Scope | null;
}

interface OpenElement extends XmlElement {
  readonly tag: string;
  readonly scope: Scope | null;
  readonly children: XmlElement[];
  text: string;
}

interface Reader {
  readonly text: string;
  at: number;
  elements: number;
  /** From the root to the innermost element that is not closed yet. */
  readonly open: OpenElement[];
  root: OpenElement | null;
}

// XML 1.0 section 2.2: no control characters but tab, line feed and carriage return, and no lone surrogates.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to refuse
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/u;
const NAME = "[A-Za-z_\\u0080-\\uffff][-\\w.\\u0080-\\uffff]*";
const TAG = new RegExp(`<(?:(${NAME}):)?(${NAME})`, "y");
const ATTRIBUTE = new RegExp(
  `[ \\t\\r\\n]+((?:${NAME}:)?${NAME})[ \\t\\r\\n]*=[ \\t\\r\\n]*(?:"([^<"]*)"|'([^<']*)')`,
  "y",
);
const TAG_END = /[ \t\r\n]*(\/?)>/y;
const CLOSING_TAG = /<\/([^ \t\r\n<>]*)[ \t\r\n]*>/y;

/** Reads the text up to the next markup, and that markup. */
function readPiece(reader: Reader): void {
  const { text, at } = reader;
  const found = text.indexOf("<", at);
  const end = found < 0 ? text.length : found;
  reader.at = end;
  addText(reader, resolveReferences(reader, text.slice(at, end)));
  if (text.startsWith("</", end)) closeElement(reader);
  else if (text.startsWith("<!--", end)) readUntil(reader, 4, "-->");
  else if (text.startsWith("<?", end)) readUntil(reader, 2, "?>");
  else if (text.startsWith("<![CDATA[", end)) addText(reader, readUntil(reader, 9, "]]>"), true);
  else if (text.startsWith("<!", end)) refuse("text", "XML without a document type declaration", "invalid-file");
  else if (end < text.length) openElement(reader);
}

function openElement(reader: Reader): void {
  const [tag, prefix = "", name = ""] = take(reader, TAG);
  let attributes = NONE;
  let namespaces = NONE;
  for (let found = tryTake(reader, ATTRIBUTE); found !== null; found = tryTake(reader, ATTRIBUTE)) {
    const [, attribute = "", quoted, apostrophed = ""] = found;
    if (attributes.has(attribute) || attributes.size === MAX_ATTRIBUTES) fail(reader);
    const value = resolveReferences(reader, (quoted ?? apostrophed).replace(/[\t\r\n]/g, " "));
    attributes = withEntry(attributes, attribute, value);
    if (attribute === "xmlns") namespaces = withEntry(namespaces, "", value);
    else if (attribute.startsWith("xmlns:")) namespaces = withEntry(namespaces, attribute.slice(6), value);
  }
  const [, empty] = take(reader, TAG_END);

  const { open } = reader;
  const parent = open[open.length - 1];
  if (open.length === MAX_DEPTH) refuse("text", `XML of at most ${MAX_DEPTH} levels`, "invalid-file");
  if (++reader.elements > MAX_ELEMENTS) refuse("text", `XML of at most ${MAX_ELEMENTS} elements`, "invalid-file");
  const outer = parent?.scope ?? null;
  const scope = namespaces === NONE ? outer : { namespaces, outer };
  const namespace = namespaceOf(scope, prefix) ?? fail(reader);
  const element: OpenElement = { tag: tag.slice(1), name, namespace, attributes, children: [], text: "", scope };
  if (parent !== undefined) parent.children.push(element);
  else if (reader.root === null) reader.root = element;
  else fail(reader);
  if (empty === "") open.push(element);
}

/** Most elements have no attributes. One map for all of them halves the memory of a document. */
const NONE: ReadonlyMap<string, string> = new Map();

function withEntry(map: ReadonlyMap<string, string>, name: string, value: string): ReadonlyMap<string, string> {
  return map === NONE ? new Map([[name, value]]) : (map as Map<string, string>).set(name, value);
}

function closeElement(reader: Reader): void {
  const [, tag] = take(reader, CLOSING_TAG);
  if (reader.open.pop()?.tag !== tag) fail(reader);
}

function addText(reader: Reader, text: string, isData = false): void {
  const element = reader.open[reader.open.length - 1];
  if (element !== undefined) element.text += text;
  else if (isData || !/^[ \t\r\n]*$/.test(text)) fail(reader);
}

function readUntil(reader: Reader, skip: number, end: string): string {
  const start = reader.at + skip;
  const found = reader.text.indexOf(end, start);
  if (found < 0) fail(reader);
  reader.at = found + end.length;
  return reader.text.slice(start, found);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const REFERENCE = /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g;
const STRAY_AMPERSAND = new RegExp(`&(?!${REFERENCE.source.slice(1)})`);

/** Replaces character references and the five entities that every document has (XML 1.0 section 4.6). */
function resolveReferences(reader: Reader, text: string): string {
  if (!text.includes("&")) return text;
  if (STRAY_AMPERSAND.test(text)) fail(reader);
  return text.replace(REFERENCE, (_, decimal, hex, entity) => {
    if (entity !== undefined) return ENTITIES[entity] as string;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    const character = point <= 0x10ffff ? String.fromCodePoint(point) : "\0";
    return FORBIDDEN.test(character) ? fail(reader) : character;
  });
}

function namespaceOf(scope: Scope | null, prefix: string): string | undefined {
  for (let at = scope; at !== null; at = at.outer) {
    const namespace = at.namespaces.get(prefix);
    if (namespace !== undefined) return namespace;
  }
  return prefix === "" ? "" : undefined;
}

function tryTake(reader: Reader, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found !== null) reader.at += found[0].length;
  return found;
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray {
  return tryTake(reader, pattern) ?? fail(reader);
}

function fail(reader: Reader): never {
  const line = reader.text.slice(0, reader.at).split("\n").length;
  refuse("text", `well-formed XML, unlike line ${line}`, "invalid-file");
}
