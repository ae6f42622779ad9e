// What becomes of an absent record.
import type { Transition } from "../store/step/machine.ts";

/**
 * Keeps an absent record absent if the decision leaves nothing to remember, which is the text `empty`. An existing record is written,
 * to store a time that was corrected.
 */
export function keepAbsent<Decision extends Transition<unknown, unknown>>(
  state: string | null,
  empty: string,
  decision: Decision,
): Decision {
  return state === null && decision.state === empty ? { ...decision, state } : decision;
}
