/** One row of a CSV file before its seed is decoded. */
import type { Algorithm } from "../../hmac/algorithm.ts";
import type { Seed } from "../result.ts";
import type { Encoding } from "./seed-text.ts";

/** A seed as text, and the encoding if the file states it. */
export interface CsvSeed extends Omit<Seed, "secret" | "algorithm"> {
  readonly text: string;
  readonly encoding: Encoding | null;
  /** `undefined`: the file does not say. */
  readonly algorithm: Algorithm | null | undefined;
}

const EMPTY: CsvSeed = {
  serial: null,
  manufacturer: null,
  model: null,
  startsAt: null,
  expiresAt: null,
  issuer: null,
  account: null,
  type: null,
  text: "",
  encoding: null,
  algorithm: undefined,
  suite: null,
  digits: 6,
  period: null,
  counter: 0,
  drift: 0,
};

/** A row that says only what `said` holds. */
export function csvSeed(said: Partial<CsvSeed>): CsvSeed {
  return { ...EMPTY, ...said };
}
