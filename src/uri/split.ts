import { decodePercent } from "../encoding/percent.ts";
import { isPrintable } from "../key/label.ts";
import type { Fault } from "./problem.ts";

/** Longer ones fit no QR code that a camera reads from a screen; and work for a stranger has to end somewhere. */
export const MAX_URI = 2048;

/** What a key has of its own. */
export interface UriParameters {
  secret: string | undefined;
  issuer: string | undefined;
  algorithm: string | undefined;
  digits: string | undefined;
  period: string | undefined;
  epoch: string | undefined;
  counter: string | undefined;
  encoder: string | undefined;
}

/** Parameters that no key has, decoded. It has no prototype, so that no name in it is special. */
export type UriExtra = Readonly<Record<string, string>>;

/** A key URI taken apart, each part as it is written, escapes and all; what no key has is decoded. */
export interface UriParts {
  readonly scheme: "otpauth" | "apple-otpauth" | "steam";
  readonly type: "totp" | "hotp" | "steam";
  readonly label: string;
  readonly parameters: Readonly<UriParameters>;
  readonly extra: UriExtra | undefined;
}

const SCHEME = /^(otpauth|apple-otpauth|steam):\/\//i;

/** The parts of `otpauth://TYPE/LABEL?PARAMETERS`; undefined when the text is nothing like it. */
export function splitUri(text: string, fault: Fault): UriParts | undefined {
  const uri = trimmed(text);
  if (uri !== text) fault("surrounding-space", null, "without spaces and line ends around it");
  if (uri.length > MAX_URI) {
    fault("too-long", null, `at most ${MAX_URI} characters long`);
    return undefined;
  }
  const scheme = uri.startsWith("otpauth://") ? "otpauth" : SCHEME.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    if (/^motp:/i.test(uri)) fault("unsupported-type", null, "of type totp or hotp; Mobile-OTP is not supported");
    else fault("not-a-key-uri", null, "otpauth://TYPE/LABEL?PARAMETERS");
    return undefined;
  }
  if (uri.includes("#")) fault("fragment", null, "without a #, which is written %23");

  const start = scheme.length + 3;
  const parameters = noParameters();
  if (scheme === "steam") {
    parameters.secret = uri.slice(start);
    return { scheme, type: "steam", label: "", parameters, extra: undefined };
  }
  const known = scheme as "otpauth" | "apple-otpauth";
  const query = endOf(uri, "?", start, uri.length);
  const slash = endOf(uri, "/", start, query);
  return {
    scheme: known,
    type: readType(uri.slice(start, slash), known, fault),
    label: uri.slice(slash + 1, query),
    extra: readQuery(uri, query + 1, parameters, fault),
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

function readType(text: string, scheme: UriParts["scheme"], fault: Fault): UriParts["type"] {
  const type = text === "totp" ? text : text.toLowerCase();
  if (type === "totp" || (scheme === "otpauth" && (type === "hotp" || type === "steam"))) return type;
  if (scheme === "apple-otpauth") fault("unsupported-type", null, "of type totp, the only one of apple-otpauth");
  else if (type === "yaotp") fault("unsupported-type", null, "of type totp or hotp; Yandex (yaotp) is not supported");
  else fault("unsupported-type", null, "of type totp, hotp or steam");
  return "totp";
}

/** Puts the parameters of a key where they belong, and returns the others. */
function readQuery(uri: string, start: number, parameters: UriParameters, fault: Fault): UriExtra | undefined {
  let extra: Record<string, string> | undefined;
  let equals = -1;
  for (let at = start, end: number; at < uri.length; at = end + 1) {
    end = endOf(uri, "&", at, uri.length);
    if (end === at) continue;
    // Looked for once however many parameters have none, or the time would grow with the square of the length.
    if (equals < at) equals = endOf(uri, "=", at, uri.length);
    const endOfName = Math.min(equals, end);
    const value = uri.slice(endOfName + 1, end);
    let name = parameterAt(uri, at, endOfName);
    if (name === undefined) {
      const written = decoded(uri.slice(at, endOfName), null, fault);
      name = parameterAt(written, 0, written.length);
      if (name === undefined) {
        extra ??= Object.create(null) as Record<string, string>;
        setExtra(extra, written, decoded(value, null, fault), fault);
        continue;
      }
    }
    if (parameters[name] !== undefined) fault("duplicate-parameter", name, "given once");
    parameters[name] = value;
  }
  return extra;
}

/** The parameter whose name stands there. */
function parameterAt(text: string, start: number, end: number): keyof UriParameters | undefined {
  const initial = text.charCodeAt(start);
  for (const name of PARAMETERS) {
    if (name.charCodeAt(0) === initial && name.length === end - start && text.startsWith(name, start)) return name;
  }
  return undefined;
}

/** The name is a stranger's, so no message repeats it. Of two that are alike the first one counts. */
function setExtra(extra: Record<string, string>, name: string, value: string, fault: Fault): void {
  if (name in extra) fault("duplicate-extra", null, "free of parameters that are given twice");
  else extra[name] = value;
  if (name === "" || !isPrintable(name) || !isPrintable(value)) {
    fault("invalid-extra", null, "free of control characters and of parameters without a name");
  }
}

export const PARAMETERS = ["secret", "issuer", "algorithm", "digits", "period", "epoch", "counter", "encoder"] as const;

/** The text behind the escapes. */
export function decoded(raw: string, parameter: string | null, fault: Fault): string {
  const text = decodePercent(raw);
  if (text === null) fault("invalid-escape", parameter, "free of percent signs that are no escapes of UTF-8");
  return text ?? "";
}

/**
 * The text without spaces and line ends around it, which come with pasting. By hand, because an expression for the end of a
 * text may look at every run of spaces in it.
 */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d;
}
