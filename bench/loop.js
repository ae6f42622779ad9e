import { POOL } from "./inputs.js";

/** Where results go, so that no call can be optimised away. */
export let last;

/**
 * One loop for all: the call in it is megamorphic, so V8 inlines no function, and what a function returns is really made.
 * Synchronous answers are not awaited.
 */
export const loopOf = ({ asynchronous }) => (asynchronous ? loopAsync : loop);

function loop({ call, positions, codes }, calls) {
  for (let i = 0; i < calls; i++) last = call(positions[i % POOL], codes[i % POOL]);
}

async function loopAsync({ call, positions, codes }, calls) {
  for (let i = 0; i < calls; i++) last = await call(positions[i % POOL], codes[i % POOL]);
}
