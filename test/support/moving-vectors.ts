// What the libraries that people move from answered (vectors/moving).
import { rows, vectorFile } from "./vector-file.ts";

const KEY = {
  what: "string",
  call: "string",
  secret: "string",
  format: "string",
  algorithm: "string",
  digits: "number",
  code: "string",
  app: "string",
} as const;
const TYPED = {
  what: "string",
  call: "string",
  secret: "string",
  typed: "string",
  position: "number",
  after: "number",
  options: "string",
  answer: "string",
  ours: "string",
} as const;

/** The rows of a library: codes of moments, codes of counters, and codes that were typed. */
export function movingVectors(library: string) {
  const file = vectorFile(`moving/${library}`, ["totp", "hotp", "typed"]);
  return {
    totp: rows(file.totp, { ...KEY, period: "number", epoch: "number", now: "number" }),
    hotp: rows(file.hotp, { ...KEY, counter: "number" }),
    typed: rows(file.typed, TYPED),
  };
}
