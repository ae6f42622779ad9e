// The reader of XML: what it reads, what it refuses, and how much work it does at most.
import fc from "fast-check";
import { isOtpError } from "otp-core";
import { describe, expect, it } from "vitest";
import { isPrintable } from "../../src/key/label.ts";
import { findPath, readAttribute, readText } from "../../src/tokens/xml/path.ts";
import { MAX_FILE, readXml, type XmlElement } from "../../src/tokens/xml/xml.ts";

const refusal = (text: string) => {
  try {
    readXml(text);
  } catch (error) {
    if (isOtpError(error)) return { code: error.code, argument: error.argument, expected: error.expected };
    throw error;
  }
  return null;
};
const needs = (expected: string) => ({ code: "invalid-file", argument: "text", expected });
const wrong = (line: number) => needs(`well-formed XML, unlike line ${line}`);

describe("readXml", () => {
  it("reads elements, attributes and text", () => {
    const root = readXml('<a x="1" y=\'2\'>one<b/>two<b z = "3" >three</b ></a>');
    expect(root).toMatchObject({ name: "a", namespace: "", text: "onetwo" });
    expect([...root.attributes]).toEqual([
      ["x", "1"],
      ["y", "2"],
    ]);
    expect(root.children.map(({ name, text }) => [name, text])).toEqual([
      ["b", ""],
      ["b", "three"],
    ]);
    expect(root.children[1]?.attributes.get("z")).toBe("3");
  });

  it("resolves namespaces by their prefix, as far in as they are declared", () => {
    const root = readXml(
      '<p:a xmlns:p="one" xmlns="two"><b/><c xmlns=""><p:d/><e xmlns:p="three"><p:f/></e></c><p:g/></p:a>',
    );
    const names = (element: XmlElement): unknown => [element.name, element.namespace, element.children.map(names)];
    expect(names(root)).toEqual([
      "a",
      "one",
      [
        ["b", "two", []],
        [
          "c",
          "",
          [
            ["d", "one", []],
            ["e", "", [["f", "three", []]]],
          ],
        ],
        ["g", "one", []],
      ],
    ]);
  });

  it("leaves out comments, processing instructions, the declaration and a byte order mark", () => {
    const root = readXml(
      '\ufeff<?xml version="1.0"?>\n<!-- <x> & -->\n<?style a="<"?><a>1<!----><?p?>2</a> \r\n\t<!-- end -->\n',
    );
    expect(root.text).toBe("12");
  });

  it("resolves the five entities of XML and character references, in text and in attributes", () => {
    const root = readXml('<a b="&lt;&#65;&#x1F510;&quot;">&amp;&apos;&gt;&#10;&#x41;&#x10FFFF;</a>');
    expect(root.text).toBe("&'>\nA\u{10ffff}");
    expect(root.attributes.get("b")).toBe('<A\u{1F510}"');
  });

  it("reads white space in an attribute as spaces, and marked data as it stands", () => {
    const root = readXml('<a b="1\n2\t3"><![CDATA[<&lt;]]>]</a>');
    expect(root.attributes.get("b")).toBe("1 2 3");
    expect(root.text).toBe("<&lt;]");
  });

  it("reads names in other scripts", () => {
    expect(readXml("<größe.1-a/>").name).toBe("größe.1-a");
  });

  it.each([
    ["nothing", "", 1],
    ["text alone", "PSKC", 1],
    ["text before the root", "x<a/>", 1],
    ["text after the root", "<a/>\nx", 2],
    ["marked data outside of the root", "<a/><![CDATA[ ]]>", 1],
    ["two roots", "<a/><a/>", 1],
    ["an element that is not closed", "<a>\n\n", 3],
    ["another closing tag", "<a><b></a></b>", 1],
    ["the closing tag of another prefix", '<p:a xmlns:p="x" xmlns:q="x"></q:a>', 1],
    ["a closing tag alone", "</a>", 1],
    ["a prefix that is not declared", "<p:a/>", 1],
    ["a tag that does not end", "<a\n", 1],
    ["an attribute without quotation marks", "<a b=1/>", 1],
    ["an attribute without a value", "<a b/>", 1],
    ["an attribute that does not end", '<a b="1/>', 1],
    ["a tag in an attribute", '<a b="<"/>', 1],
    ["an attribute twice", '<a b="1" b="1"/>', 1],
    ["attributes without a space between them", '<a b="1"c="2"/>', 1],
    ["an unknown entity", "<a>&nbsp;</a>", 1],
    ["an ampersand alone", "<a>\n& </a>", 2],
    ["a reference that does not end", "<a>&#65</a>", 1],
    ["a reference to a control character", "<a>&#0;</a>", 1],
    ["a reference to half a pair", "<a>&#xD800;</a>", 1],
    ["a reference beyond Unicode", "<a>&#x110000;</a>", 1],
    ["a comment that does not end", "<a><!-- </a>", 1],
    ["an instruction that does not end", "<a/><?x", 1],
    ["marked data that does not end", "<a><![CDATA[</a>", 1],
    ["a name that starts with a digit", "<1/>", 1],
    ["a lone angle bracket", "<a>1 < 2</a>", 1],
  ])("refuses %s", (_, text, line) => {
    expect(refusal(text)).toEqual(wrong(line));
  });

  it("refuses control characters and lone surrogates", () => {
    for (const character of ["\0", "\x08", "\x0b", "\x1f", "\ud800", "\udfff", "\ufffe", "\uffff"]) {
      expect(refusal(`<a>${character}</a>`)).toEqual(needs("XML without control characters"));
    }
    expect(readXml("<a>\t\r\n\x7f\u{1F510}</a>").text).toBe("\t\r\n\x7f\u{1F510}");
  });
});

describe("readXml does not let a document decide how much work it is (PSKC 12)", () => {
  const bomb = `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>`;
  it.each([
    ["entities that multiply (billion laughs)", bomb],
    [
      "an external entity (XXE)",
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    ],
    ["an external document type", '<!DOCTYPE a SYSTEM "https://example.com/a.dtd"><a/>'],
    ["a parameter entity", '<!DOCTYPE a [<!ENTITY % x SYSTEM "https://example.com/a.dtd"> %x;]><a/>'],
    ["a document type inside", "<a><!DOCTYPE a></a>"],
    ["an entity declaration alone", '<a><!ENTITY x "y"></a>'],
    ["a document type in lower case", "<!doctype a><a/>"],
  ])("refuses %s", (_, text) => {
    expect(refusal(text)).toEqual(needs("XML without a document type declaration"));
  });

  it("takes 32 levels and refuses 33, however deep the document goes", () => {
    const nested = (depth: number) => "<a>".repeat(depth) + "</a>".repeat(depth);
    expect(findPath(readXml(nested(32)), ...Array(31).fill("a"))).toBeDefined();
    for (const depth of [33, 1_000_000]) expect(refusal(nested(depth))).toEqual(needs("XML of at most 32 levels"));
  });

  it("takes 500,000 elements and refuses more", () => {
    const flat = (count: number) => `<a>${"<b/>".repeat(count - 1)}</a>`;
    expect(readXml(flat(500_000)).children).toHaveLength(499_999);
    expect(refusal(flat(500_001))).toEqual(needs("XML of at most 500000 elements"));
  });

  it("takes 64 attributes and refuses 65", () => {
    const wide = (count: number) => `<a ${Array.from({ length: count }, (_, i) => `b${i}="1"`).join(" ")}/>`;
    expect(readXml(wide(64)).attributes.size).toBe(64);
    expect(refusal(wide(65))).toEqual(wrong(1));
  });

  it("takes 16,777,216 characters and refuses more", () => {
    const long = (length: number) => `<a>${"x".repeat(length - 7)}</a>`;
    expect(readXml(long(MAX_FILE)).text).toHaveLength(MAX_FILE - 7);
    expect(refusal(long(MAX_FILE + 1))).toEqual(needs("at most 16777216 characters long"));
  });
});

describe("laws of readXml", () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9._-]{0,8}$/);
  const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((value) => isPrintable(value));
  interface Tree {
    readonly name: string;
    readonly attributes: readonly (readonly [string, string])[];
    readonly text: string;
    readonly children: readonly Tree[];
  }
  const attributes = fc
    .uniqueArray(fc.tuple(name, text), { maxLength: 3, selector: ([own]) => own })
    .map((list) => list.filter(([own]) => own !== "xmlns"));
  const treeOf = (depth: number): fc.Arbitrary<Tree> =>
    fc.record({
      name,
      attributes,
      text,
      children: depth === 0 ? fc.constant([]) : fc.array(treeOf(depth - 1), { maxLength: 2 }),
    });
  const tree = treeOf(3);
  const escaped = (value: string) => value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const write = (element: Tree): string => {
    const attributes = element.attributes.map(([own, value]) => ` ${own}="${escaped(value)}"`).join("");
    const content = escaped(element.text) + element.children.map(write).join("");
    return `<${element.name}${attributes}>${content}</${element.name}>`;
  };
  const shape = (element: XmlElement): Tree => ({
    name: element.name,
    attributes: [...element.attributes],
    text: element.text,
    children: element.children.map(shape),
  });

  it("what was written is read", () => {
    const law = fc.property(tree, (element) => {
      expect(shape(readXml(write(element)))).toEqual(element);
    });
    fc.assert(law);
  });

  it("any text is read or refused with `invalid-file`", () => {
    const piece = fc.constantFrom(
      ..."<>/=\"'&;!?- \n:ax1",
      "<a",
      "</a>",
      "<![CDATA[",
      "]]>",
      "<!--",
      "-->",
      "xmlns:a=",
      "&#x",
    );
    const soup = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
    const broken = fc.tuple(tree, fc.nat(), fc.nat({ max: 3 }), soup).map(([element, at, cut, inserted]) => {
      const whole = write(element);
      const start = at % whole.length;
      return whole.slice(0, start) + inserted + whole.slice(start + cut);
    });
    const law = fc.property(fc.oneof(fc.string({ unit: "binary" }), soup, broken), (input) => {
      const refused = refusal(input);
      expect(refused === null || refused.code === "invalid-file").toBe(true);
    });
    fc.assert(law, { numRuns: 2000 });
  });

  it("has an empty attribute where the attribute or the element is missing", () => {
    const root = readXml('<a><b c="1" d=""/></a>');
    expect(["c", "d", "e"].map((attribute) => readAttribute(findPath(root, "b"), attribute))).toEqual(["1", "", ""]);
    expect(readAttribute(findPath(root, "x"), "c")).toBe("");
  });

  it("is read by namespace and text as it is told to", () => {
    const root = readXml("<a><b> x \n</b><c/></a>");
    expect(readText(findPath(root, "b"))).toBe("x");
    expect(readText(findPath(root, "c"))).toBeNull();
    expect(readText(findPath(root, "d", "e"))).toBeNull();
  });
});
