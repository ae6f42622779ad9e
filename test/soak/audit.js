// After the run: reads every record without the guard's code and compares it with the ledger. Then every owner logs in exactly once
// more.
import { createGuard } from "otp-core/guard";
import { codeAt, factors, keyOf, monotonicMs, PERIOD_MS, PLACES, SPEED, START_MS } from "./factors.js";

/** Later than any jump of a clock and any wait. */
const LATER_MS = 7_200_000;

export async function audit(ledger, own, startMs) {
  const now = Math.floor(START_MS + (monotonicMs() - startMs) * SPEED) + LATER_MS;
  let gotIn = 0;
  for (const place of PLACES) {
    for (const factor of factors) {
      const { id, policy } = factor;
      const name = `${place} ${id}`;
      let record = null;
      const store = {
        async get(key) {
          record = await own.stores[place].get(key);
          return record;
        },
        swap: (...swap) => own.stores[place].swap(...swap),
      };
      const guard = createGuard({ ...policy, store, clock: () => now });
      await guard.status(id);
      const [position, failures, drift] = read(record, factor);
      ledger.compare(name, position, failures);

      await guard.unlock(id);
      const next = factor.type === "hotp" ? position + 1 : Math.floor(now / PERIOD_MS) + drift;
      const attempt = { subject: id, key: keyOf(factor), code: codeAt(factor, next) };
      const [first, second] = [await guard.attempt(attempt), await guard.attempt(attempt)];
      if (first.ok && second.reason === "replayed") gotIn++;
      else ledger.violations.push(`${name}: in the end ${JSON.stringify([first, second])}`);
    }
  }
  return { records: factors.length * PLACES.length, gotIn };
}

/**
 * A record's second line: version, failures, seven fields of other moments, then the position. For TOTP: name, type, step, end,
 * period, drift; for HOTP: name, type, next counter.
 */
function read(record, { type }) {
  if (record === null) return [-1, 0, 0];
  const [, failures, , , , , , , , key] = record.split("\n")[1].split(",");
  if (key === undefined) return [-1, Number(failures), 0];
  const [, , position, , , drift = 0] = key.split(" ");
  return [Number(position) - (type === "hotp" ? 1 : 0), Number(failures), Number(drift)];
}
