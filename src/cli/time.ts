// Reads the moment of --at.
import { UsageError } from "./command-line.ts";

const ISO = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}([.,]\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/i;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A moment in milliseconds since 1970: milliseconds, `59s` (since 1970), `-30s` or `now+1m` (from now), or ISO 8601. The zone is
 * required, because a local time means another moment on another machine, and none or two when the clocks change.
 */
export function parseTime(text: string, now: number): number {
  if (text === "now") return now;
  const [, from, sign, digits, unit = ""] = /^(now)?([+-])?([0-9]{1,16})(ms|[smhd])?$/.exec(text) ?? [];
  if (digits !== undefined) {
    const amount = Number(digits) * (UNITS[unit] ?? 1);
    if (unit === "") return checkMilliseconds(amount, sign, from);
    return sign === undefined ? amount : now + (sign === "-" ? -amount : amount);
  }
  const date = ISO.exec(text)?.[1];
  const time = date === undefined ? Number.NaN : Date.parse(text.toUpperCase().replace(",", "."));
  // Date.parse reads 30 February as 2 March.
  if (Number.isNaN(time) || new Date(`${date}T00:00Z`).toISOString().slice(0, 10) !== date) {
    throw new UsageError(
      "--at must be ISO 8601 with its zone, like 2026-11-21T07:30:00Z, or milliseconds since 1970, or like 59s, -30s, now+1m",
    );
  }
  return time;
}

/** Below 1e11, milliseconds are years around 1970, and seconds are all moments until 5138: most likely seconds, and a wrong code. */
function checkMilliseconds(time: number, sign: string | undefined, from: string | undefined): number {
  if (from !== undefined || sign === "+") throw new UsageError("--at needs a unit here, like now+1m: ms, s, m, h or d");
  if (time !== 0 && time < 1e11) {
    throw new UsageError("--at must be milliseconds since 1970, and this looks like seconds: write 59s or 59ms");
  }
  return sign === "-" ? -time : time;
}
