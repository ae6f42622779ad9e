import { readFileSync } from "node:fs";

// A vector file is data with a source. A field that no test reads is not checked, so it fails the run.

/** The fields of `vectors/<name>.json`, which are `fields`, its source and who verified it, and no others. */
export function vectorFile<const F extends string>(name: string, fields: readonly F[]): Readonly<Record<F, unknown>> {
  const text = readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), "utf8");
  return checkedFile(JSON.parse(text), fields);
}

export function checkedFile<const F extends string>(file: unknown, fields: readonly F[]): Readonly<Record<F, unknown>> {
  const found = record(file);
  if (typeof found.source !== "string" || found.source.trim() === "") throw new TypeError("a vector file has a source");
  if (found.verifiedBy !== undefined) list(found.verifiedBy, "string");
  sameFields(Object.keys(found), [...fields, "source", ...("verifiedBy" in found ? ["verifiedBy"] : [])]);
  return found as Readonly<Record<F, unknown>>;
}

interface Kinds {
  string: string;
  number: number;
  boolean: boolean;
}
type Shape = Readonly<Record<string, keyof Kinds>>;
type Row<S extends Shape> = { readonly [Field in keyof S]: Kinds[S[Field]] };

/** One row with exactly these fields of these kinds. */
export function row<const S extends Shape>(value: unknown, shape: S): Row<S> {
  const found = record(value);
  sameFields(Object.keys(found), Object.keys(shape));
  for (const [field, kind] of Object.entries(shape)) {
    if (typeof found[field] !== kind) throw new TypeError(`the vector field ${field} is a ${kind}`);
  }
  return found as Row<S>;
}

/** A table that is not empty: a loop over no rows would check nothing. */
export function rows<const S extends Shape>(table: unknown, shape: S): readonly Row<S>[] {
  return filled(table).map((value) => row(value, shape));
}

export function list<K extends keyof Kinds>(values: unknown, kind: K): readonly Kinds[K][] {
  for (const value of filled(values)) {
    if (typeof value !== kind) throw new TypeError(`a list of ${kind} holds something else`);
  }
  return values as readonly Kinds[K][];
}

function filled(values: unknown): readonly unknown[] {
  if (!Array.isArray(values) || values.length === 0) throw new TypeError("a vector table has rows");
  return values;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("not a record");
  return value as Readonly<Record<string, unknown>>;
}

function sameFields(found: readonly string[], expected: readonly string[]): void {
  const unknown = found.filter((field) => !expected.includes(field));
  const missing = expected.filter((field) => !found.includes(field));
  if (unknown.length > 0) throw new TypeError(`unknown vector field: ${unknown.join(", ")}`);
  if (missing.length > 0) throw new TypeError(`missing vector field: ${missing.join(", ")}`);
}
