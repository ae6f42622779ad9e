// Names that users give to their authenticators and devices, and other text of the application in a record.

import { refuse } from "../check.ts";
import { utf8Length } from "../encoding/utf8.ts";

export const MAX_LABEL_LENGTH = 64;

/** Control characters, and characters that reorder or hide the text around them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to refuse
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** `null` stands for no label. */
export function isLabel(value: unknown, maxLength = MAX_LABEL_LENGTH): value is string | null {
  if (value === null) return true;
  return typeof value === "string" && value.length <= maxLength && utf8Length(value) > 0 && !CONTROL.test(value);
}

/** The label, or `null` when it was left out. */
export function checkLabel(value: unknown): string | null {
  if (value === undefined) return null;
  if (value === null || !isLabel(value)) {
    refuse("label", `text of 1 to ${MAX_LABEL_LENGTH} characters without control or invisible characters, or left out`);
  }
  return value;
}

// In a record, text has no comma and no percent sign of its own, and is never a single dash, which stands for null.

export function labelField(label: string | null): string | null {
  if (label === null) return null;
  return label === "-" ? "%2D" : label.replaceAll("%", "%25").replaceAll(",", "%2C");
}

export function readLabelField(field: string | undefined): string | null {
  if (field === undefined || field === "-") return null;
  return field.replaceAll("%2D", "-").replaceAll("%2C", ",").replaceAll("%25", "%");
}
