import { createGuard } from "otp-core/guard";
import { table } from "../table.js";
import { codeOf, idsOf, KEY, nowOf, wrongCodeOf } from "./attempts.js";

const IDS = 25;
const WRONG_UNTIL_A_WAIT = 5;

/** What is sent for one attempt, counted at the client. */
export async function commandsPerAttempt(places) {
  const rows = [];
  const targets = [];
  for (const { place, connections } of places) {
    const [connection] = connections;
    const counted = await count(connection);
    rows.push([place.name, ...Object.values(counted).map(range)]);
    const { throttled, ...others } = counted;
    const uncontended = Object.values(others).flat();
    targets.push({
      what: `${place.name}: commands per attempt, and per throttled one`,
      wanted: "2 and 1",
      got: `${range(uncontended)} and ${range(throttled)}`,
      reached: range(uncontended) === "2" && range(throttled) === "1",
    });
  }
  console.log(table(["", "first of an id", "right", "wrong", "throttled"], rows));
  return targets;
}

async function count({ store, commands }) {
  let time = 0;
  const guard = createGuard({ store, clock: () => time });
  const counted = { first: [], right: [], wrong: [], throttled: [] };

  async function attempt(kind, id, round, code, reason) {
    time = nowOf(round);
    const before = commands();
    const verdict = await guard.attempt({ subject: id, key: KEY, code });
    counted[kind].push(commands() - before);
    if (verdict.reason !== reason) throw new Error(`${kind}: ${verdict.reason} instead of ${reason}`);
  }

  for (const id of idsOf("counted", IDS)) {
    await attempt("first", id, 0, codeOf(0));
    await attempt("right", id, 1, codeOf(1));
    for (let i = 0; i < WRONG_UNTIL_A_WAIT; i++) await attempt("wrong", id, 2, wrongCodeOf(2), "mismatch");
    await attempt("throttled", id, 2, codeOf(2), "throttled");
  }
  return counted;
}

function range(numbers) {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? String(least) : `${least} to ${most}`;
}
