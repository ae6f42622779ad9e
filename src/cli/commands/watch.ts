// `otp-core code --watch`: the code, again and again.
import type { TotpParameters } from "otp-core";
import type { Environment } from "../environment.ts";
import { type CurrentCode, currentCode, formatCode } from "./current-code.ts";

/**
 * Shows the code until the user or the reader ends it: on a terminal as one line that is drawn again every second, elsewhere (and
 * as JSON) as one line for each new code.
 */
export async function watch(key: TotpParameters, asJson: boolean, environment: Environment): Promise<void> {
  const redraws = !asJson && environment.columns() !== undefined;
  // Before anything is shown, because a user who sees it may press Ctrl-C.
  environment.catchInterrupt();
  let shown: number | undefined;
  let current: CurrentCode;
  do {
    current = currentCode(key, environment.now());
    // The terminal may have another width by now.
    if (redraws) environment.write(`\r${countdown(current, key.period ?? 30, environment.columns())}${ERASE_REST}`);
    else if (current.step !== shown) environment.write(formatCode(current, asJson));
    shown = current.step;
    // Until the next whole second. Not longer without a terminal either: the clock may be set, or the machine may have slept.
  } while (await environment.sleep(((current.remainingMs - 1) % 1000) + 1));
  // The last code stays, and the prompt begins on a new line.
  if (redraws) environment.write("\n");
}

/** ECMA-48, "erase in line": from the cursor to the end. The cursor is never hidden, so it does not have to be restored. */
const ERASE_REST = "\x1b[K";
const BAR = 20;

/** The code, a bar that runs out, and the seconds left. On a narrow line the bar is shorter or missing. */
function countdown({ code, remainingMs }: CurrentCode, period: number, columns = 80): string {
  const seconds = `${String(Math.ceil(remainingMs / 1000)).padStart(String(period).length)} s`;
  // Two gaps of two columns. The last column stays free, because some terminals wrap there.
  const cells = Math.min(BAR, columns - code.length - seconds.length - 5);
  if (cells < 1) return code;
  const full = Math.ceil((cells * remainingMs) / (period * 1000));
  return `${code}  ${"█".repeat(full)}${"░".repeat(cells - full)}  ${seconds}`;
}
