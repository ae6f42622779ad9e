// Some thousand hostile calls of everything that is public; `npm run fuzz:api` makes them for ten minutes.
import { expect, it } from "vitest";
import { entryPoints } from "../../check/entry-points.js";
import { drawSeed } from "../support/seed.ts";
import { attackAll } from "./api-attack.ts";

const modules = Object.fromEntries(
  await Promise.all(entryPoints.map(async ({ name }) => [name, await import(/* @vite-ignore */ name)] as const)),
);

it("nothing but an OtpError comes out of any public function, whatever goes in", async () => {
  const seed = drawSeed();
  console.log(`seed ${seed}`);
  const { done, outcomes, targets } = await attackAll(modules, { seed, count: 5000 });
  expect(done).toBe(5000);
  // Most of what is public is reached, and in both ways: else the inputs prove nothing.
  expect(targets).toBeGreaterThan(80);
  expect(outcomes.returned).toBeGreaterThan(1000);
  expect(outcomes.refused).toBeGreaterThan(1000);
});
