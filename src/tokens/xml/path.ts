/** Finds elements in a document that was read. */
import type { XmlElement } from "./xml.ts";

export const PSKC = "urn:ietf:params:xml:ns:keyprov:pskc";

/** The first child with this name of PSKC. */
export function findChild(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name && child.namespace === PSKC);
}

/**
 * The element at the end of a path of names, of any namespace. The elements of XML encryption need it: RFC 6030 figure 7 and
 * files of vendors write some of them in the wrong namespace.
 */
export function findPath(element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return names.reduce<XmlElement | undefined>(
    (found, name) => found?.children.find((child) => child.name === name),
    element,
  );
}

/** The value of an attribute. Empty when the attribute or the element is missing. */
export function readAttribute(element: XmlElement | undefined, name: string): string {
  return element?.attributes.get(name) ?? "";
}

/** The text of an element without the white space around it. `null` when it is empty or the element is missing. */
export function readText(element: XmlElement | undefined): string | null {
  return element?.text.trim() || null;
}
