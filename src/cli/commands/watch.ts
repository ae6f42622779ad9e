import type { TotpParameters } from "otp-core";
import type { Surroundings } from "../environment.ts";
import { lineOf, type Reading, readingAt } from "./current-code.ts";

/**
 * Shows the code until nobody wants to see more: on a terminal one line that is drawn anew every second, elsewhere (and as
 * JSON) one line for each new code.
 */
export async function watch(key: TotpParameters, asJson: boolean, surroundings: Surroundings): Promise<void> {
  const redraws = !asJson && surroundings.columns() !== undefined;
  // Before anything is seen, for who sees something may answer it with Ctrl-C.
  surroundings.catchInterrupt();
  let shown: number | undefined;
  let reading: Reading;
  do {
    reading = readingAt(key, surroundings.now());
    // The terminal may have another width by now.
    if (redraws) surroundings.write(`\r${countdown(reading, key.period ?? 30, surroundings.columns())}${ERASE_REST}`);
    else if (reading.step !== shown) surroundings.write(lineOf(reading, asJson));
    shown = reading.step;
    // To the next whole second that is left. Not longer elsewhere either: the clock may be set, or the machine have slept.
  } while (await surroundings.sleep(((reading.remainingMs - 1) % 1000) + 1));
  // The last code stays, and what follows starts on a line of its own.
  if (redraws) surroundings.write("\n");
}

/** ECMA-48, "erase in line": from the cursor to the end. The cursor is never hidden, so it need not be brought back. */
const ERASE_REST = "\x1b[K";
const BAR = 20;

/** The code, a bar that runs out, and the seconds left; a line that is too narrow for them has a shorter bar or none. */
function countdown({ code, remainingMs }: Reading, period: number, columns = 80): string {
  const seconds = `${String(Math.ceil(remainingMs / 1000)).padStart(String(period).length)} s`;
  // Two gaps of two, and the last column stays free: some terminals wrap there.
  const cells = Math.min(BAR, columns - code.length - seconds.length - 5);
  if (cells < 1) return code;
  const full = Math.ceil((cells * remainingMs) / (period * 1000));
  return `${code}  ${"█".repeat(full)}${"░".repeat(cells - full)}  ${seconds}`;
}
