// How many different destinations one address has asked for in 24 hours.
import { wentBack } from "../attempts/leaky-bucket.ts";
import { encodeBase32 } from "../encoding/base32.ts";
import { lengthPrefixed } from "../encoding/length-prefixed.ts";
import { PreparedSigner } from "../hmac/prepared.ts";
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

/** A destination, and when it was asked for last, in milliseconds since 1970. */
interface Asked {
  readonly mark: string;
  readonly at: number;
}

/** The destinations of one address, the newest first. */
export interface Destinations {
  readonly asked: readonly Asked[];
  readonly movedAt: number | null;
}

export const DESTINATIONS_MS = DAY_MS;
const MAX_ASKED = 1000;
const MARK = /^[A-Z2-7]{4}$/;

/**
 * 20 bits of a digest: enough to tell the destinations of one address apart, and too few to find a telephone number, because
 * thousands of them have the same mark. Other addresses have other marks for the same destination.
 */
export function markOf(address: string, destination: string): string {
  const signer = new PreparedSigner(lengthPrefixed(["send-guard/1", address]), "SHA256");
  return encodeBase32(signer.sign(lengthPrefixed([destination]))).slice(0, 4);
}

/** The destinations of the last 24 hours. If the clock went back, moments far ahead are now. */
export function destinationsAt({ asked, movedAt }: Destinations, now: number): Destinations {
  const moved = wentBack(asked[0]?.at ?? 0, movedAt, now);
  const seen = moved ? asked.map(({ mark, at }) => ({ mark, at: Math.min(at, now) })) : asked;
  return { asked: seen.filter(({ at }) => now < at + DESTINATIONS_MS), movedAt: moved ? now : movedAt };
}

/** One destination more, or the same once more. The destinations are those of {@link destinationsAt}. */
export function addDestination({ asked, movedAt }: Destinations, mark: string, now: number): Destinations {
  const at = Math.max(now, asked[0]?.at ?? 0);
  const others = asked.filter((other) => other.mark !== mark);
  return { asked: [{ mark, at }, ...others].slice(0, MAX_ASKED), movedAt };
}

const VERSION = "1";

export function writeDestinations({ asked, movedAt }: Destinations): string {
  return writeFields([VERSION, movedAt, asked.map(({ mark, at }) => `${mark}:${at}`).join(" ") || null]);
}

export function readDestinations(state: string | null): Destinations {
  if (state === null) return { asked: [], movedAt: null };
  const [, movedAt, field] = readFields(state);
  const text = textField(field);
  const asked = text === null ? [] : text.split(" ").map(readAsked);
  const destinations = { asked, movedAt: numberField(movedAt) };
  const isPossible =
    isMoment(destinations.movedAt) &&
    asked.length <= MAX_ASKED &&
    asked.every(({ mark, at }, i) => MARK.test(mark) && isWhole(at, 0, asked[i - 1]?.at ?? at));
  // A text that is not written back as the same text was not written by us.
  if (!isPossible || writeDestinations(destinations) !== state) throw stateInvalid();
  return destinations;
}

function readAsked(text: string): Asked {
  const [mark = "", at] = text.split(":");
  return { mark, at: Number(at) };
}
