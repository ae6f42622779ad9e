// Runs concurrent calls in every order of their store operations, with faults in between. If there are too many orders, it draws
// some at random.

import { drawSeed } from "../support/seed.ts";
import { withWorldRuntime } from "./simulated-runtime.ts";
import { type Action, type History, World, type WorldOptions } from "./simulated-store.ts";

export interface Scenario extends WorldOptions {
  /** Throws if what has happened must not. Asked after every step. */
  check(history: History): void;
  /** Called once every call has its answer and nothing is under way any more. */
  afterwards?(world: World): Promise<void>;
}

interface Choices {
  /** One of them, or undefined where this has been explored before. */
  next(actions: readonly Action[], key: () => string): Action | undefined;
}

/** Every order. Returns how many runs that took. */
export async function explore(scenario: Scenario): Promise<number> {
  const path: { index: number; readonly count: number }[] = [];
  const seen = new Set<string>();
  return withWorldRuntime(async () => {
    for (let runs = 1; ; runs++) {
      let depth = 0;
      const next: Choices["next"] = (actions, key) => {
        const known = path[depth];
        if (known === undefined) {
          // What may happen from here on does not depend on how we got here.
          const state = key();
          if (seen.has(state)) return undefined;
          seen.add(state);
          path.push({ index: 0, count: actions.length });
        } else if (known.count !== actions.length) {
          throw new Error("the same choices led to something else: the calls are not deterministic");
        }
        return actions[path[depth++]?.index ?? 0];
      };
      await run(scenario, { next }, `run ${runs} of an exhaustive search`);
      let last = path.at(-1);
      while (last !== undefined && ++last.index === last.count) {
        path.pop();
        last = path.at(-1);
      }
      if (last === undefined) return runs;
    }
  });
}

/** So many orders at random; the seed of one that fails is in the error. */
export async function exploreAtRandom(scenario: Scenario, runs: number, seed = drawSeed()): Promise<void> {
  await withWorldRuntime(async () => {
    for (let i = 0; i < runs; i++) {
      const random = generator(seed + i);
      const next: Choices["next"] = (actions) => {
        // Most of the time nothing goes wrong, or all of it would go wrong at the beginning.
        const faulty = random() < 0.15;
        const some = actions.filter((action) => action.faulty === faulty);
        const drawn = some.length > 0 ? some : actions;
        return drawn[Math.floor(random() * drawn.length)];
      };
      await run(scenario, { next }, `seed ${seed + i}`);
    }
  });
}

async function run(scenario: Scenario, choices: Choices, name: string): Promise<void> {
  const trace: string[] = [];
  try {
    const world = await World.start(scenario);
    for (let actions = world.actions(); actions.length > 0; actions = world.actions()) {
      const action = choices.next(actions, () => world.key);
      if (action === undefined) return;
      trace.push(action.name);
      await action.run();
      scenario.check(world.history);
    }
    await scenario.afterwards?.(world);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error([message, `(${name})`, ...trace].join("\n  "), { cause });
  }
}

/** Mulberry32: good enough for a draw, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
