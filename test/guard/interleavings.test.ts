import { totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { expect, it } from "vitest";
import { explore } from "./explorer.ts";
import type { Call } from "./world.ts";

const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
const NOW = 50 * 30_000;
const right: Call = (store, clock) =>
  createGuard({ store, clock }).verify({ id: "f", key, code: totp(key, { now: NOW }) });
const wrong: Call = (store, clock) => createGuard({ store, clock }).verify({ id: "f", key, code: "000000" });

it.each([
  [2, 0],
  [2, 1],
  [2, 2],
  [3, 0],
  [3, 1],
  [3, 2],
])(
  "%d %d",
  async (n, faults) => {
    for (const split of [false, true]) {
      if (split && n * faults > 2) continue;
      const t = performance.now();
      const runs = await explore({
        now: NOW,
        record: null,
        processes: [[right], [right], [wrong]].slice(0, n),
        faults,
        split,
        check: () => {},
      });
      console.log(n, faults, split, runs, performance.now() - t);
    }
  },
  100000,
);
