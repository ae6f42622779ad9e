import { memoryStore, rowStore, type Store } from "otp-core/store";
import { describe } from "vitest";
import { accountRaceLaws } from "../support/account-laws.ts";
import { passcodeRaceLaws } from "../support/passcode-laws.ts";
import { PROCESSES, raceLaws, sum } from "../support/race.ts";
import { type Job, run } from "./calls.ts";

/** Calls for one key queue within a process, but only those on one store: each racer has a handle of its own. */
function handleOn(store: Store): Store {
  return { get: (...place) => store.get(...place), swap: (...swap) => store.swap(...swap) };
}

describe("a race in memory", () => {
  const store = memoryStore();
  const race = async (job: Job) =>
    sum(await Promise.all(Array.from({ length: PROCESSES }, () => run(job, handleOn(store)))));
  raceLaws(() => ({ store, race }));
  passcodeRaceLaws(() => ({ store, race }));
  accountRaceLaws(() => ({ store, race }));
});

describe("a race in the rows of a table of users", () => {
  const rows = new Map<string, string | null>();
  const store = rowStore({
    read: ({ subject }) => rows.get(subject) ?? null,
    write({ subject }, expected, next) {
      if ((rows.get(subject) ?? null) !== expected) return false;
      rows.set(subject, next);
      return true;
    },
  });
  const race = async (job: Job) =>
    sum(await Promise.all(Array.from({ length: PROCESSES }, () => run(job, handleOn(store)))));
  accountRaceLaws(() => ({ store, race }));
});
