import { memoryStore, type Store } from "otp-core/store";
import { describe } from "vitest";
import { passcodeRaceLaws } from "../support/passcode-laws.ts";
import { PROCESSES, raceLaws, sum } from "../support/race.ts";
import { type Job, run } from "./calls.js";

/** Calls for one key queue within a process, but only those on one store: each racer has a handle of its own. */
function handleOn(store: Store): Store {
  return { get: (name) => store.get(name), swap: (...swap) => store.swap(...swap) };
}

describe("a race in memory", () => {
  const store = memoryStore();
  const race = async (job: Job) =>
    sum(await Promise.all(Array.from({ length: PROCESSES }, () => run(job, handleOn(store)))));
  raceLaws(() => ({ store, race }));
  passcodeRaceLaws(() => ({ store, race }));
});
