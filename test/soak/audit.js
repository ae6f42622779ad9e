// After the run: compares every account with the ledger, and every record without the library's code. Then every owner logs in exactly
// once more with each authenticator, and with a recovery code.
import { createAccounts, createKeyBox } from "otp-core/account";
import { toldBy } from "./calls/support.js";
import {
  codeAt,
  FIRST_AUTHENTICATORS,
  firstSecret,
  monotonicMs,
  PERIOD_MS,
  PLACES,
  policyOf,
  SPEED,
  START_MS,
  subjects,
} from "./subjects.js";

/** Later than any jump of a clock and any wait. */
const LATER_MS = 7_200_000;

export async function audit(ledger, own, startMs) {
  const now = Math.floor(START_MS + (monotonicMs() - startMs) * SPEED) + LATER_MS;
  let [records, gotIn] = [0, 0];
  for (const place of PLACES) {
    for (const subject of subjects) {
      const name = `${place} ${subject.id}`;
      let record = "";
      const store = {
        async get(key) {
          record = await own.stores[place].get(key);
          return record;
        },
        swap: (...swap) => own.stores[place].swap(...swap),
      };
      const accounts = createAccounts({ ...policyOf(subject, createKeyBox), store, clock: () => now });
      const told = toldBy(await accounts.status(subject.id));
      const positions = positionsIn(record);
      ledger.compare(name, told, positions);
      records++;

      await accounts.unlock(subject.id);
      const [recoveryCode] = await accounts.generateRecoveryCodes(subject.id);
      const codes = FIRST_AUTHENTICATORS.map(({ authenticator, type }) => {
        const counter = (positions.get(`a:${authenticator}`) ?? -1) + 1;
        return codeAt(firstSecret(subject.id, authenticator), type === "hotp" ? counter : Math.floor(now / PERIOD_MS));
      });
      for (const code of [...codes, recoveryCode]) {
        const attempt = { subject: subject.id, code };
        const [first, second] = [await accounts.attempt(attempt), await accounts.attempt(attempt)];
        if (first.ok && second.reason === "replayed") gotIn++;
        else ledger.violations.push(`${name}: in the end ${JSON.stringify([first, second])}`);
      }
    }
  }
  return { records, gotIn };
}

/**
 * The last accepted positions. A line of an authenticator begins with `a`, and its last field is the position. For TOTP: type, step,
 * end, period, drift; for HOTP: type, next counter.
 */
function positionsIn(record) {
  const lines = record.split("\n").filter((line) => line.startsWith("a,"));
  return new Map(
    lines.flatMap((line) => {
      const fields = line.split(",");
      const [type, position] = fields.at(-1).split(" ");
      return position === undefined ? [] : [[`a:${fields[1]}`, Number(position) - (type === "hotp" ? 1 : 0)]];
    }),
  );
}
