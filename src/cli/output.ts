// How values from outside are printed: as JSON, as text for a terminal, and as a problem.
import type { UriProblem } from "otp-core";

/** Control characters, line separators, and characters that change the direction of text. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** One JSON object on a line of its own, in which no character controls a terminal. A counter of 64 bits is written as text. */
export function json(value: object): string {
  const text = JSON.stringify(value, (_, field) => (typeof field === "bigint" ? String(field) : field));
  return `${text.replace(UNSAFE, escapeUnit)}\n`;
}

/** Text from outside, in which no character controls a terminal. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escapeUnit);
}

/** A problem for people: its sentence and its code on one line, then the apps that read the URI differently. */
export function problemText({ severity, message, code, apps }: UriProblem): string {
  return [`${severity}: ${message} [${code}]`, ...apps.map((app) => `  - ${app}`), ""].join("\n");
}
