import { BadUse } from "./command-line.ts";

const ISO = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}([.,]\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * A moment in milliseconds since 1970: what `Date.now()` returns, or ISO 8601. The zone must be there, because a local time
 * means another moment on another machine, and none or two in the night when the clocks change (trap 43).
 */
export function parseTime(text: string): number {
  if (/^-?[0-9]{1,16}$/.test(text)) return fromNumber(Number(text));
  const date = ISO.exec(text)?.[1];
  const time = date === undefined ? Number.NaN : Date.parse(text.toUpperCase().replace(",", "."));
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(time) || new Date(`${date}T00:00Z`).toISOString().slice(0, 10) !== date) {
    throw new BadUse("--at must be ISO 8601 with its zone, like 2026-11-21T07:30:00Z, or milliseconds since 1970");
  }
  return time;
}

/** In milliseconds 1970 to 1973, but the years since 2001 in seconds: somebody's `date +%s`, and a wrong code in silence. */
function fromNumber(time: number): number {
  if (time >= 1e9 && time < 1e11) throw new BadUse("--at must be milliseconds since 1970, and this looks like seconds");
  return time;
}
