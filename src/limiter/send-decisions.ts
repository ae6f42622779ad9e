// The decisions of a send guard on one record each: pure, without a clock and a store.
import type { Transition } from "../store/step/machine.ts";
import {
  CONVERSION_MS,
  type ConversionPolicy,
  conversionAt,
  count,
  isConverting,
  PROBE_MS,
  readConversion,
  writeConversion,
} from "./conversion.ts";
import {
  addDestination,
  DESTINATIONS_MS,
  destinationsAt,
  readDestinations,
  writeDestinations,
} from "./destinations.ts";

export interface AddressDecision {
  /** The destination is counted. */
  readonly ok: boolean;
  /** How long until another destination may be asked for. */
  readonly wait: number;
}

export function decideAddress(
  state: string | null,
  mark: string,
  max: number,
  now: number,
): Transition<AddressDecision> {
  const before = destinationsAt(readDestinations(state), now);
  const isKnown = before.asked.some((asked) => asked.mark === mark);
  const isAllowed = isKnown || before.asked.length < max;
  const next = isAllowed ? addDestination(before, mark, now) : before;
  // When the first of those that are too many is over.
  const freeAt = (before.asked[max - 1]?.at ?? now) + DESTINATIONS_MS;
  return {
    state: writeDestinations(next),
    expiresAt: now + DESTINATIONS_MS,
    outcome: { ok: isAllowed, wait: isAllowed ? 0 : freeAt - now },
    events: [],
  };
}

export interface PrefixDecision {
  /** A code may be sent. */
  readonly ok: boolean;
  /** Whether there were enough sends to decide. */
  readonly isDecided: boolean;
  /** How long until one may be sent, to see whether the prefix has recovered. 0: now. */
  readonly wait: number;
}

export function decidePrefix(
  state: string | null,
  policy: ConversionPolicy,
  counts: "always" | "if good" | "if decided",
  now: number,
): Transition<PrefixDecision> {
  const conversion = conversionAt(readConversion(state), now);
  const decided = isConverting(conversion, policy);
  const { at, probedAt } = conversion;
  const wait = decided === false ? Math.max(0, (probedAt ?? at) + PROBE_MS - at) : 0;
  const isCounted = counts === "always" || (wait === 0 && (counts === "if good" || decided !== null));
  // The first refusal begins the time until the first probe.
  const probed = decided !== false ? null : wait === 0 || probedAt === null ? at : probedAt;
  const next = { ...(isCounted ? count(conversion, "sent") : conversion), probedAt: probed };
  const outcome = { ok: wait === 0, isDecided: decided !== null, wait };
  const text = state === null && !isCounted ? state : writeConversion(next);
  return { state: text, expiresAt: now + CONVERSION_MS, outcome, events: [] };
}

export function countVerified(state: string | null, now: number): Transition<void> {
  const conversion = conversionAt(readConversion(state), now);
  const sent = conversion.days.reduce((sum, span) => sum + span.sent - span.verified, 0);
  // No more is verified than was sent.
  const next = sent > 0 ? writeConversion(count(conversion, "verified")) : state;
  return { state: next, expiresAt: now + CONVERSION_MS, outcome: undefined, events: [] };
}
