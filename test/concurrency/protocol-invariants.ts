// What must not come to pass in the abstract protocol: the invariants of DESIGN.md.
import { look } from "./protocol-machine.ts";
import { type Client, REMEMBERED, type State } from "./protocol-state.ts";

/** Returns the step that is accepted with this write. */
export function checkWrite({ text: before, used, tick }: State, text: number): number | null {
  // A wait that is not over now was not over when this was decided.
  const [from, to] = [look(before, tick), look(text, tick)];
  const accepted = to.step === from.step ? null : to.step;
  if (accepted !== null && used.includes(accepted)) throw new Error(`step ${accepted} was accepted twice`);
  if ((to.step ?? -1) < (from.step ?? -1)) throw new Error("it went backwards");
  if (to.failures > from.failures + 1) throw new Error("one write counts more than one failure");
  if (to.failures < from.failures && accepted === null) throw new Error("a failure is not counted any more");
  if (from.isClosed && (accepted !== null || to.failures > from.failures))
    throw new Error("compared while it is closed");
  return accepted;
}

export function checkAnswer({ faults }: State, { accepted, counted, made }: Client, verdict: string): void {
  if (verdict === "ok" && !accepted) throw new Error("ok, but no acceptance is stored");
  if (verdict === "mismatch" && !counted) throw new Error("a mismatch that nobody counted");
  if (verdict === "uncertain" && faults === 0) throw new Error("in doubt though nothing went wrong");
  // Who was told false about a write that took place and looks for it after four others cannot know better.
  const buried = made.some(({ applied, threw }) => applied === REMEMBERED && !threw);
  const refused = verdict !== "ok" && verdict !== "uncertain";
  if (refused && accepted && !buried) throw new Error(`${verdict}, but accepted`);
}
