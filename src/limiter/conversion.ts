// How many of the codes that were sent to a prefix were verified, over 24 hours and over 14 days.
import { wentBack } from "../attempts/leaky-bucket.ts";
import {
  isMoment,
  isWhole,
  numberField,
  readFields,
  stateInvalid,
  textField,
  writeFields,
} from "../store/state-text.ts";
import { DAY_MS } from "../time.ts";

const HOUR_MS = 3_600_000;
/** Spans of hours and of days: those of the last 24 hours, and those of the last 14 days. */
const HOURS = 24;
const DAYS = 14;
export const CONVERSION_MS = DAYS * DAY_MS;
/** Of a prefix that is refused, one send is let through in so much time, so that it can recover. */
export const PROBE_MS = 6 * HOUR_MS;

/** What was sent and verified in one hour or day, by its number since 1970. */
interface Span {
  readonly index: number;
  readonly sent: number;
  readonly verified: number;
}

/** The sends to one prefix. Moments are milliseconds since 1970. */
export interface Conversion {
  /** The last change. It never moves back, but if the clock went back. */
  readonly at: number;
  readonly movedAt: number | null;
  /** When a send was let through last although the prefix is refused. */
  readonly probedAt: number | null;
  /** The newest first. */
  readonly hours: readonly Span[];
  readonly days: readonly Span[];
}

const NOTHING: Conversion = { at: 0, movedAt: null, probedAt: null, hours: [], days: [] };

/** The counts at this moment: spans that are over are gone. If the clock went back, all spans move with it. */
export function conversionAt(before: Conversion, now: number): Conversion {
  const { at, movedAt, probedAt } = before;
  const moved = wentBack(at, movedAt, now);
  // A moment up to ten minutes ahead is that of another server.
  const seenAt = moved ? now : Math.max(now, at);
  const shift = (spans: readonly Span[], ms: number, count: number) => {
    const current = Math.floor(seenAt / ms);
    const back = moved ? Math.floor(at / ms) - current : 0;
    return spans.map((span) => ({ ...span, index: span.index - back })).filter(({ index }) => current - index < count);
  };
  return {
    at: seenAt,
    movedAt: moved ? now : movedAt,
    probedAt: probedAt === null ? null : Math.min(probedAt, seenAt),
    hours: shift(before.hours, HOUR_MS, HOURS),
    days: shift(before.days, DAY_MS, DAYS),
  };
}

/** One send or one verification more, at the moment of {@link conversionAt}. */
export function count(conversion: Conversion, what: "sent" | "verified"): Conversion {
  const add = (spans: readonly Span[], ms: number): readonly Span[] => {
    const index = Math.floor(conversion.at / ms);
    const [newest = { index, sent: 0, verified: 0 }, ...older] = spans;
    const [span, rest] = newest.index === index ? [newest, older] : [{ index, sent: 0, verified: 0 }, spans];
    return [{ ...span, [what]: span[what] + 1 }, ...rest];
  };
  return { ...conversion, hours: add(conversion.hours, HOUR_MS), days: add(conversion.days, DAY_MS) };
}

export interface ConversionPolicy {
  readonly minConversion: number;
  readonly minObservations: number;
}

/** `null`: too few sends to decide. Otherwise whether enough of them were verified, in each span with enough sends. */
export function isConverting({ hours, days }: Conversion, policy: ConversionPolicy): boolean | null {
  let decided: boolean | null = null;
  for (const spans of [hours, days]) {
    const sent = spans.reduce((sum, span) => sum + span.sent, 0);
    const verified = spans.reduce((sum, span) => sum + span.verified, 0);
    if (sent < policy.minObservations) continue;
    decided = decided !== false && verified >= sent * policy.minConversion;
  }
  return decided;
}

// ---- text

const VERSION = "1";

export function writeConversion({ at, movedAt, probedAt, hours, days }: Conversion): string {
  return writeFields([VERSION, at, movedAt, probedAt, writeSpans(hours), writeSpans(days)]);
}

export function readConversion(state: string | null): Conversion {
  if (state === null) return NOTHING;
  const [, at, movedAt, probedAt, hours, days] = readFields(state);
  const conversion = {
    at: numberField(at) ?? Number.NaN,
    movedAt: numberField(movedAt),
    probedAt: numberField(probedAt),
    hours: readSpans(hours),
    days: readSpans(days),
  };
  const spans = [...conversion.hours, ...conversion.days].flatMap(({ index, sent, verified }) => [
    index,
    sent,
    verified,
  ]);
  const isPossible =
    [conversion.movedAt, conversion.probedAt].every(isMoment) &&
    [conversion.at, ...spans].every((value) => isWhole(value, 0, Number.MAX_SAFE_INTEGER));
  // A text that is not written back as the same text was not written by us.
  if (!isPossible || writeConversion(conversion) !== state) throw stateInvalid();
  return conversion;
}

function writeSpans(spans: readonly Span[]): string | null {
  return spans.map(({ index, sent, verified }) => `${index}:${sent}:${verified}`).join(" ") || null;
}

function readSpans(field: string | undefined): readonly Span[] {
  const text = textField(field);
  if (text === null) return [];
  return text.split(" ").map((span) => {
    const [index, sent, verified] = span.split(":");
    return { index: Number(index), sent: Number(sent), verified: Number(verified) };
  });
}
