import { createGuard, memoryStore, type Store } from "otp-core/guard";
import { describe } from "vitest";
import { type Job, PROCESSES, raceLaws, sum, type Tally } from "./race.ts";

/** Calls for one key queue within a process, but only those on one store: each racer has a handle of its own. */
async function present(store: Store, { id, key, codes, now, backoff }: Job): Promise<Tally> {
  const handle: Store = { get: (name) => store.get(name), swap: (...swap) => store.swap(...swap) };
  const guard = createGuard({ store: handle, clock: () => now, backoff });
  const verdicts = await Promise.all(codes.map((code) => guard.verify({ id, key, code })));
  return sum(verdicts.map(({ ok, reason }) => ({ [ok ? "accepted" : reason]: 1 })));
}

describe("a race in memory", () => {
  const store = memoryStore();
  const race = async (job: Job) => sum(await Promise.all(Array.from({ length: PROCESSES }, () => present(store, job))));
  raceLaws(() => ({ store, race }));
});
