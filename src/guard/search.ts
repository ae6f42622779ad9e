// The part of a guard that looks at a code: which key it belongs to, if any. It counts nothing and stores nothing.

import { NONE, STALE } from "../otp/match.ts";
import { searchRange } from "../otp/search.ts";
import { followDrift } from "./drift.ts";
import type { CheckedSearchPolicy } from "./policy.ts";
import { type Position, positionAfter } from "./position.ts";
import { type Range, rangesOf, type Search, type Target, waitForUnused } from "./ranges.ts";

/** What a search found out about a code. */
export type Finding =
  | {
      readonly found: "accepted";
      readonly keyName: string;
      /** To be stored before the code is accepted. */
      readonly position: Position;
      /** By how many steps the user's clock was ahead. */
      readonly drift: number;
    }
  | {
      readonly found: "replayed";
      /** Until the authenticator shows a code that can be accepted. */
      readonly retryAfterMs: number;
    }
  | {
      readonly found: "mismatch";
      /** How many codes the attempt was compared with. */
      readonly candidates: number;
    };

/**
 * Compares what was typed with the codes of all keys. If a signer fails, the attempt fails, whatever the other keys say: every
 * signer has answered before the answer of one counts. The work does not depend on where a match is.
 */
export function search(request: Search): Finding | Promise<Finding> {
  const ranges: Range[] = [];
  for (const key of request.keys) ranges.push(...rangesOf(request, key));
  const indices = searchAll(ranges);
  return indices instanceof Promise
    ? indices.then((settled) => judge(request, ranges, settled))
    : judge(request, ranges, indices);
}

/** The index of the last code in each range, or `NONE` or `STALE`. Asynchronous signers work at the same time. */
function searchAll(ranges: readonly Range[]): readonly number[] | Promise<readonly number[]> {
  const all: (number | Promise<number>)[] = [];
  try {
    for (const { target, first, count, unused } of ranges) {
      const { key, format, typed } = target.key;
      // Of a TOTP key the latest step wins, of a HOTP key the lowest counter.
      all.push(searchRange(key.secret, format, typed, first, count, unused - first, target.method === "totp"));
    }
  } catch (error) {
    // Nothing waits for the searches that have begun.
    Promise.allSettled(all);
    throw error;
  }
  return all.some(isPromise) ? Promise.all(all) : (all as number[]);
}

function isPromise(index: number | Promise<number>): boolean {
  return typeof index !== "number";
}

function judge({ policy, now }: Search, ranges: readonly Range[], indices: readonly number[]): Finding {
  let match: Match | null = null;
  let stale: Range | null = null;
  let candidates = 0;
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i] as Range;
    candidates += range.candidates;
    const index = indices[i] as number;
    const place = range.first + index;
    const { target } = range;
    if (index === STALE) stale ??= range;
    else if (index !== NONE && (match === null || (match.target === target && match.place < place)))
      match = { target, place };
  }
  if (match !== null) return accept(policy, match);
  if (stale !== null) return { found: "replayed", retryAfterMs: waitForUnused(stale, now) };
  return { found: "mismatch", candidates };
}

interface Match {
  readonly target: Target;
  /** The step or counter of the last code. */
  readonly place: number;
}

function accept(policy: CheckedSearchPolicy, { target, place }: Match): Finding {
  const { keyName, typed } = target.key;
  if (target.method === "hotp") {
    return { found: "accepted", keyName, position: { method: "hotp", counter: place + 1 }, drift: 0 };
  }
  const seen = place - target.current;
  const { drift, resyncDrift } =
    typeof typed === "number" ? followDrift(policy, target.drift, seen) : { drift: seen, resyncDrift: seen };
  const position = positionAfter(target.times, place, drift, resyncDrift);
  return { found: "accepted", keyName, position, drift: seen };
}
