// Races: many calls at the same time, on one store, by processes that know nothing of each other.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type TotpKey, timeStep, totp } from "otp-core";
import { type AttemptPolicy, createGuard } from "otp-core/guard";
import type { Store } from "otp-core/store";
import { expect, it } from "vitest";
import type { Job, Tally } from "../races/calls.ts";
import type { Message, Order } from "../races/worker.ts";

export const PROCESSES = 8;
export const CALLS = 200;

export interface Racetrack {
  readonly store: Store;
  race(job: Job): Promise<Tally>;
}

export interface Racers {
  race(job: Job): Promise<Tally>;
  end(): Promise<void>;
}

/** Processes on a store that worker.ts knows by this name, at this place. */
export async function startRacers(store: string, place: string): Promise<Racers> {
  const worker = fileURLToPath(new URL("../races/worker.ts", import.meta.url));
  const execArgv = ["--import", new URL("./typescript.js", import.meta.url).href];
  const processes = Array.from({ length: PROCESSES }, () => fork(worker, [store, place], { execArgv }));
  const sendAll = (order: Order) => processes.map((child) => child.send(order));
  await Promise.all(processes.map((child) => next(child, "ready")));
  return {
    async race(job) {
      const read = processes.map((child) => next(child, "at the start"));
      const ended = processes.map((child) => next(child, "tally"));
      sendAll({ type: "run", job });
      await Promise.all(read);
      sendAll({ type: "start" });
      return sum(await Promise.all(ended));
    },
    async end() {
      const exits = processes.map((child) => new Promise((resolve) => child.once("exit", resolve)));
      sendAll({ type: "end" });
      await Promise.all(exits);
    },
  };
}

/** The next message of this type, or a rejection when the process ends without it. */
function next(child: ChildProcess, type: Message["type"]): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: Message) => {
      if (message.type !== type) return;
      child.off("message", onMessage);
      child.off("exit", onExit);
      resolve(message.type === "tally" ? message.tally : {});
    };
    const onExit = (code: number | null) => reject(new Error(`a racer ended with ${code} and not with "${type}"`));
    child.on("message", onMessage);
    child.once("exit", onExit);
  });
}

export function sum(tallies: readonly Tally[]): Tally {
  const all: Record<string, number> = {};
  for (const tally of tallies) for (const [answer, n] of Object.entries(tally)) all[answer] = (all[answer] ?? 0) + n;
  return all;
}

/** What has to hold on every store. `track` is asked when a test runs. */
export function raceLaws(track: () => Racetrack): void {
  const now = 1_800_000_000_000;
  const key: TotpKey<string> = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
  const step = timeStep(key, { now });
  const right = totp(key, { now });
  const alsoRight = [-1, 1].map((steps) => totp(key, { now: now + steps * 30_000 }));
  const wrong = Array.from({ length: CALLS + 3 }, (_, i) => String(i).padStart(6, "0"))
    .filter((code) => code !== right && !alsoRight.includes(code))
    .slice(0, CALLS);
  const total = PROCESSES * CALLS;
  const guardOf = (attempts?: AttemptPolicy) => createGuard({ store: track().store, clock: () => now, attempts });

  it(`accepts one of ${total} presentations of a valid code (T13, trap 6)`, async () => {
    const job = { kind: "guard", subject: "right", key, codes: Array<string>(CALLS).fill(right), now } as const;
    expect(await track().race(job)).toEqual({ accepted: 1, replayed: total - 1 });
    expect(await guardOf().status("right")).toMatchObject({
      keys: { default: { step } },
      failures: 0,
      acceptedAt: now,
    });
  });

  it.each([
    ["until the wait", 5, "throttled", {}],
    ["until it is disabled", 100, "disabled", { freeFailures: 99 }],
  ])(`looks at as many of ${total} wrong codes as the policy allows %s: %i (trap 23)`, async (...race) => {
    const [, allowed, reason, attempts] = race;
    const subject = `wrong ${allowed}`;
    const tally = await track().race({ kind: "guard", subject, key, codes: wrong, now, attempts });
    expect(tally).toEqual({ mismatch: allowed, [reason]: total - allowed });
    const guard = guardOf(attempts);
    expect(await guard.status(subject)).toMatchObject({ failures: allowed, monthlyFailures: allowed, keys: {} });
    expect(await guard.attempt({ subject, key, code: right })).toMatchObject({ ok: false, reason });
  });
}
