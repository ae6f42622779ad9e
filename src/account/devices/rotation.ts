// Trusted devices, the rotation of their tokens: how a copied cookie is noticed without a false alarm.
import { DAY_MS } from "../../time.ts";

/**
 * Which generations of a device's token are good. A generation is a number: the token itself is derived from it.
 *
 * A token is replaced at most once a day. Its successor is handed out, and the token stays good until the successor is seen
 * and for a minute after that, because replies get lost and a browser has several tabs. A token that comes later was copied.
 */
export interface Rotation {
  /** The newest generation that the device has shown. */
  readonly current: number;
  /** When `current` was shown first. */
  readonly currentAt: number;
  /** The generation before, and until when it is good. `null`: only `current` and its successor are. */
  readonly previous: number | null;
  readonly previousUntil: number | null;
  /** The generation that was handed out last and that the device has not shown yet, and when it was handed out last. */
  readonly successor: number | null;
  readonly successorAt: number | null;
}

/** For how long after a hand-out a token gets the same successor, and how long a token outlives its successor's first use. */
const OVERLAP_MS = 60_000;

export function startRotation(now: number): Rotation {
  return { current: 0, currentAt: now, previous: null, previousUntil: null, successor: null, successorAt: null };
}

/** What the presentation of a genuine token means. */
export type Presentation =
  /** The token is good. `handOut` is the generation that replaces it, or `null` when the device keeps it. */
  | { readonly finding: "good"; readonly rotation: Rotation; readonly handOut: number | null }
  /** A token that was replaced came again: it was copied. */
  | { readonly finding: "stolen" }
  /** This generation was never handed out. */
  | { readonly finding: "unknown" };

/**
 * A device shows a token whose secret was checked.
 *
 * @param mayRotate - whether the caller can hand out a successor. An attempt at a code cannot.
 */
export function present(rotation: Rotation, generation: number, now: number, mayRotate: boolean): Presentation {
  const { current, previous, previousUntil, successor } = rotation;
  if (generation > (successor ?? current)) return { finding: "unknown" };
  if (generation === successor) {
    const shown = { ...startRotation(now), current: successor, previous: current, previousUntil: now + OVERLAP_MS };
    return { finding: "good", rotation: shown, handOut: null };
  }
  if (generation === current) return mayRotate ? rotate(rotation, now) : { finding: "good", rotation, handOut: null };
  // A moment further ahead than a minute was written before the clock went back, so it is over.
  const until = previousUntil ?? 0;
  const inTime = now < until && until <= now + OVERLAP_MS;
  if (generation === previous && inTime) return { finding: "good", rotation, handOut: mayRotate ? current : null };
  return { finding: "stolen" };
}

function rotate(rotation: Rotation, now: number): Presentation {
  const { current, currentAt, successor, successorAt } = rotation;
  if (successor === null) {
    // A moment far ahead was written before the clock went back: the token is replaced early, which does no harm.
    if (Math.abs(now - currentAt) < DAY_MS) return { finding: "good", rotation, handOut: null };
    return {
      finding: "good",
      rotation: { ...rotation, successor: current + 1, successorAt: now },
      handOut: current + 1,
    };
  }
  // A minute without a request has to pass before another successor is made. So all tabs that load together get the same one,
  // even if an earlier reply was lost and they happen to load around the end of a minute that began with that reply.
  // A successor has a moment.
  const next = now < (successorAt as number) + OVERLAP_MS ? successor : successor + 1;
  return { finding: "good", rotation: { ...rotation, successor: next, successorAt: now }, handOut: next };
}
