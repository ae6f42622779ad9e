// Runs calls that happen at the same time through every order of what they ask of their store, with things going wrong in
// between; or, where these are too many, through orders drawn at random.
import { type Action, type History, World, type WorldOptions, withWorldTimers } from "./world.ts";

export interface Scenario extends Omit<WorldOptions, "faults" | "ticks" | "drops" | "split"> {
  readonly faults?: number;
  readonly ticks?: readonly number[];
  readonly drops?: boolean;
  readonly split?: boolean;
  /** Throws if what has happened must not. Asked after every step. */
  check(history: History): void;
  /** Asked once everybody has his answer, and nothing is under way any more. */
  afterwards?(world: World): Promise<void>;
}

interface Choices {
  /** One of so many, or undefined where this has been explored before. */
  next(count: number, key: () => string): number | undefined;
}

/** Every order. Returns how many runs that took. */
export async function explore(scenario: Scenario): Promise<number> {
  const path: { index: number; readonly count: number }[] = [];
  const seen = new Set<string>();
  return withWorldTimers(async () => {
    for (let runs = 1; ; runs++) {
      let depth = 0;
      const next = (count: number, key: () => string) => {
        const known = path[depth];
        if (known === undefined) {
          // What may happen from here on does not depend on how we got here.
          const state = key();
          if (seen.has(state)) return undefined;
          seen.add(state);
          path.push({ index: 0, count });
        } else if (known.count !== count) {
          throw new Error("the same choices led to something else: the calls are not deterministic");
        }
        return path[depth++]?.index;
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
export async function exploreAtRandom(scenario: Scenario, runs: number, seed = Date.now()): Promise<void> {
  await withWorldTimers(async () => {
    for (let i = 0; i < runs; i++) {
      const random = generator(seed + i);
      await run(scenario, { next: (count) => Math.floor(random() * count) }, `seed ${seed + i}`);
    }
  });
}

async function run(scenario: Scenario, choices: Choices, name: string): Promise<void> {
  const trace: string[] = [];
  try {
    const { faults = 0, ticks = [], drops = false, split = false } = scenario;
    const world = await World.start({ ...scenario, faults, ticks, drops, split });
    for (let actions = world.actions(); actions.length > 0; actions = world.actions()) {
      const choice = choices.next(actions.length, () => world.key);
      if (choice === undefined) return;
      const action = actions[choice] as Action;
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
