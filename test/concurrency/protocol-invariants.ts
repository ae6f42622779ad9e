// What must not come to pass in the abstract protocol: the invariants of DESIGN.md.
import type { Decisions } from "./protocol-machine.ts";
import { type Client, REMEMBERED, type State } from "./protocol-state.ts";

/** Returns what is accepted with this write: the authenticator, and its step or counter. */
export function checkWrite({ look, cost, budget }: Decisions, state: State, text: number): string | null {
  const { text: before, used, tick, guesses } = state;
  // A wait that is not over now was not over when this was decided.
  const [from, to] = [look(before, tick), look(text, tick)];
  const moved = Object.entries(to.positions).filter(([name, position]) => from.positions[name] !== position);
  const [accepted = null] = moved.map((place) => place.join(" "));
  if (moved.length > 1) throw new Error("one write accepts codes of two authenticators");
  if (accepted !== null && used.includes(accepted)) throw new Error(`${accepted} was accepted twice`);
  for (const [name, position] of Object.entries(from.positions)) {
    const now = to.positions[name];
    if (now === undefined) throw new Error("a position is lost");
    if (now < position) throw new Error("it went backwards");
  }
  if (to.failures > from.failures + 1) throw new Error("one write counts more than one failure");
  if (to.failures < from.failures && accepted === null) throw new Error("a failure is not counted any more");
  if (from.isClosed && (accepted !== null || to.failures > from.failures))
    throw new Error("compared while it is closed");
  if (to.failures > from.failures && cost > 0 && guesses * cost + cost > budget)
    throw new Error("more guesses than the budget of 30 days allows");
  return accepted;
}

export function checkAnswer({ faults }: State, { accepted, counted, made }: Client, verdict: string): void {
  if (verdict === "ok" && !accepted) throw new Error("ok, but no acceptance is stored");
  if (verdict === "mismatch" && !counted) throw new Error("an uncounted mismatch");
  if (verdict === "uncertain" && faults === 0) throw new Error("in doubt though nothing went wrong");
  // Who was told false about a write that took place and looks for it after four others cannot know better.
  const buried = made.some(({ applied, threw }) => applied === REMEMBERED && !threw);
  const refused = verdict !== "ok" && verdict !== "uncertain";
  if (refused && accepted && !buried) throw new Error(`${verdict}, but accepted`);
}
