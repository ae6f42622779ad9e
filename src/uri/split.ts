// Takes a key URI apart, and says what is wrong with its parts.
import { decodePercent, decodePercentLoosely } from "../encoding/percent.ts";
import { isPrintable } from "../key/label.ts";
import { hiddenParameter, meaningOf, PARAMETERS, type ParameterName, type UriParameters } from "./parameters.ts";
import type { Listener } from "./problem.ts";

/** A longer URI does not fit a QR code that a camera reads from a screen. It also bounds the work for an attacker's input. */
export const MAX_URI = 2048;

/** Parameters that no key has, decoded. The record has no prototype, so that no name in it is special. */
export type UriExtra = Readonly<Record<string, string>>;

/** A key URI taken apart: each part as it is written, with its escapes. Only `extra` is decoded. */
export interface UriParts {
  readonly scheme: "otpauth" | "apple-otpauth" | "steam";
  readonly type: "totp" | "hotp" | "steam";
  readonly label: string;
  readonly parameters: Readonly<UriParameters>;
  readonly extra: UriExtra | undefined;
}

const SCHEME = /^(otpauth|apple-otpauth|steam):\/\//i;

/** The parts of `otpauth://TYPE/LABEL?PARAMETERS`; undefined when the text is nothing like it. */
export function splitUri(text: string, listener: Listener): UriParts | undefined {
  const uri = trim(text);
  if (uri !== text) listener.error("surrounding-space", null, "without white space around it");
  if (uri.length > MAX_URI) {
    listener.error("too-long", null, `at most ${MAX_URI} characters long`);
    return undefined;
  }
  const scheme = uri.startsWith("otpauth://") ? "otpauth" : SCHEME.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    if (/^motp:/i.test(uri)) {
      listener.error("unsupported-type", null, "of type totp or hotp; Mobile-OTP is not supported");
    } else listener.error("not-a-key-uri", null, "otpauth://TYPE/LABEL?PARAMETERS");
    return undefined;
  }
  const start = scheme.length + 3;
  const query = endOf(uri, "?", start, uri.length);
  const fragment = uri.indexOf("#");
  // In the label it can only be a part of a name. Behind it, a program that cuts a fragment off would lose parameters.
  if (fragment >= 0) {
    listener.error("fragment", fragment < query && query < uri.length ? "account" : null, "without a #, written %23");
  }

  const parameters = noParameters();
  if (scheme === "steam") {
    parameters.secret = uri.slice(start);
    return { scheme, type: "steam", label: "", parameters, extra: undefined };
  }
  const known = scheme as "otpauth" | "apple-otpauth";
  const slash = endOf(uri, "/", start, query);
  const label = uri.slice(slash + 1, query);
  refuseHidden(label, listener);
  return {
    scheme: known,
    type: readType(uri.slice(start, slash), known, listener),
    label,
    extra: readQuery(uri, query + 1, parameters, listener),
    parameters,
  };
}

function noParameters(): UriParameters {
  return {
    secret: undefined,
    issuer: undefined,
    algorithm: undefined,
    digits: undefined,
    period: undefined,
    epoch: undefined,
    counter: undefined,
    encoder: undefined,
  };
}

/** Where the mark stands, or `end` when it does not stand before that. */
function endOf(text: string, mark: string, start: number, end: number): number {
  const at = text.indexOf(mark, start);
  return at < 0 || at > end ? end : at;
}

function readType(text: string, scheme: UriParts["scheme"], listener: Listener): UriParts["type"] {
  const type = text === "totp" ? text : text.toLowerCase();
  if (type === "totp" || (scheme === "otpauth" && (type === "hotp" || type === "steam"))) return type;
  const expected =
    scheme === "apple-otpauth"
      ? "of type totp, the only one of apple-otpauth"
      : type === "yaotp"
        ? "of type totp or hotp; Yandex (yaotp) is not supported"
        : "of type totp, hotp or steam";
  listener.error("unsupported-type", null, expected);
  return "totp";
}

/** Puts the parameters of a key where they belong, and returns the others. */
function readQuery(uri: string, start: number, parameters: UriParameters, listener: Listener): UriExtra | undefined {
  let extra: Record<string, string> | undefined;
  let equals = 0;
  for (let at = start, end: number; at < uri.length; at = end + 1) {
    end = endOf(uri, "&", at, uri.length);
    if (end === at) continue;
    // Searched once however many parameters have none, or the time would grow with the square of the length.
    if (equals < at) equals = endOf(uri, "=", at, uri.length);
    const endOfName = Math.min(equals, end);
    const value = uri.slice(endOfName + 1, end);
    const exact = parameterAt(uri, at, endOfName);
    const name = exact ?? readName(uri.slice(at, endOfName), listener);
    // The address of an image has parameters of its own.
    if (name !== undefined || !/^https?:/i.test(value)) refuseHidden(value, listener);
    if (name === undefined) {
      extra ??= Object.create(null) as Record<string, string>;
      setExtra(extra, uri.slice(at, endOfName), value, listener);
      continue;
    }
    // Of two names of the service the first one counts; two of anything else are not readable.
    if (parameters[name] !== undefined) listener.error("duplicate-parameter", name, "given once");
    parameters[name] ??= value;
  }
  return extra;
}

/** The parameter whose name stands there, letter for letter. */
function parameterAt(text: string, start: number, end: number): ParameterName | undefined {
  const initial = text.charCodeAt(start);
  for (const name of PARAMETERS) {
    if (name.charCodeAt(0) === initial && name.length === end - start && text.startsWith(name, start)) return name;
  }
  return undefined;
}

/** The parameter that a name means which is not written as usual. */
function readName(written: string, listener: Listener): ParameterName | undefined {
  const meaning = meaningOf(decodePercentLoosely(written));
  if (meaning === undefined) return undefined;
  const { name, certain } = meaning;
  if (!certain) listener.error("misspelt-parameter", name, "written without a mistake in its name");
  else if (decodePercent(written) !== name) {
    listener.warning("parameter-spelling", name, `Most apps read this parameter only if it is written "${name}".`);
  }
  return name;
}

function refuseHidden(text: string, listener: Listener): void {
  const name = hiddenParameter(text);
  if (name !== undefined) listener.error("misspelt-parameter", name, "separated from other parts by a single &");
}

/** No message repeats the name, because an attacker may have chosen it. The first of two with the same name counts. */
function setExtra(extra: Record<string, string>, rawName: string, rawValue: string, listener: Listener): void {
  const name = decode(rawName, null, listener);
  const value = decode(rawValue, null, listener);
  if (name === "" || !isPrintable(name) || !isPrintable(value)) {
    listener.error("invalid-extra", null, "free of control characters and of parameters without a name");
  } else if (name in extra) listener.error("duplicate-extra", null, "free of parameters that are given twice");
  else extra[name] = value;
}

/** The text behind the escapes. A percent sign that does not begin one stands for itself, after the error. */
export function decode(raw: string, parameter: string | null, listener: Listener): string {
  const text = decodePercent(raw);
  if (text !== null) return text;
  listener.error("invalid-escape", parameter, "free of percent signs that do not begin an escape of UTF-8");
  return decodePercentLoosely(raw);
}

/**
 * The text without blanks around it, which come with pasting. By hand, because an expression for the end of a text may look
 * at every run of spaces in it.
 */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (isBlank(text.charCodeAt(start))) start++;
  while (isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** White space and invisible format characters beyond ASCII. Dashes are not among them: a URI may end with one. */
const BLANK = /[\x80-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]/;

function isBlank(unit: number): boolean {
  // Nearly every URI begins and ends with printable ASCII.
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  // Beyond the text the unit is NaN, which becomes U+0000.
  return BLANK.test(String.fromCharCode(unit));
}
