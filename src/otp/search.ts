// The search behind every verification. Arguments were checked before: services call these functions, not the public ones.
import type { AsyncSigner, Signer } from "../hmac/signer.ts";
import { answerUnsigned, computeValues } from "./candidates.ts";
import type { CodeFormat } from "./code-format.ts";
import { countersFrom } from "./counter.ts";
import { match, NONE } from "./match.ts";

/** One code, or several consecutive codes, as `CodeFormat.read` returns them. */
export type TypedCodes = number | readonly number[];

/** What is searched for, and with which key. */
interface Search {
  readonly signer: Signer | AsyncSigner;
  readonly format: CodeFormat;
  readonly codes: TypedCodes;
}

/** Where a TOTP code is searched. */
export interface TotpSearch extends Search {
  /** The step of the current moment. */
  readonly current: number;
  /** By how many steps the user's clock is ahead. Unless it is 0, the window around `current` itself is searched too. */
  readonly drift: number;
  readonly window: { readonly past: number; readonly future: number };
  /** The last accepted step, or -1. */
  readonly after: number;
}

/** Where a HOTP code is searched. */
export interface HotpSearch extends Search {
  /** The next expected counter. */
  readonly counter: number;
  readonly lookAhead: number;
}

/**
 * The step of the (last) code, or `NONE` or `STALE`. If several steps fit, the latest one wins: this makes it rarest that the same
 * digits are accepted again. Every candidate of both windows is computed and compared, whatever the code is.
 */
export function searchTotp(search: TotpSearch): number | Promise<number> {
  const { current, drift, window } = search;
  const { past, future } = window;
  const around = searchSteps(search, current + drift - past, current + drift + future);
  if (drift === 0) return around;
  // The part of the other window that was not searched yet. Its size depends on the drift, not on the code.
  const from = drift > 0 ? current - past : Math.max(current - past, current + drift + future + 1);
  const to = drift > 0 ? Math.min(current + future, current + drift - past - 1) : current + future;
  const rest = searchSteps(search, from, to);
  return typeof around === "number" && typeof rest === "number" ? laterOf(around, rest) : laterOfBoth(around, rest);
}

/** With how many candidates {@link searchTotp} compares a code, unless some of them would be before step 0. */
export function countCandidates({ drift, window }: Pick<TotpSearch, "drift" | "window">): number {
  const size = window.past + 1 + window.future;
  return size + Math.min(Math.abs(drift), size);
}

/** The counter of the (last) code, or `NONE`. If several counters fit, the lowest one wins. */
export function searchHotp({ signer, format, codes, counter, lookAhead }: HotpSearch): number | Promise<number> {
  const count = countersFrom(counter, lookAhead + lengthOf(codes));
  const index = searchRange(signer, format, codes, counter, count, 0, false);
  return typeof index === "number" ? placeAt(index, counter) : placeLater(index, counter);
}

function searchSteps({ signer, format, codes, after }: TotpSearch, from: number, to: number): number | Promise<number> {
  // The codes before the last one may be before the window. There are no steps below 0.
  const first = Math.max(0, from - (lengthOf(codes) - 1));
  const index = searchRange(signer, format, codes, first, to - first + 1, after - first + 1, true);
  return typeof index === "number" ? placeAt(index, first) : placeLater(index, first);
}

/**
 * The index of the (last) code among `count` candidates from `first` on, or `NONE` or `STALE`. Candidates below `cut` are used up.
 *
 * Seven numbers instead of an object, because an object would be allocated on every verification.
 */
export function searchRange(
  signer: Signer | AsyncSigner,
  format: CodeFormat,
  codes: TypedCodes,
  first: number | bigint,
  count: number,
  cut: number,
  latest: boolean,
): number | Promise<number> {
  if (count <= 0) return answerUnsigned(signer, NONE);
  const values = computeValues(signer, first, count);
  const used = Math.min(Math.max(cut, 0), count);
  return values instanceof Promise
    ? matchLater(values, count, format, codes, used, latest)
    : match(values, count, format, codes, used, latest);
}

// Functions of their own instead of closures, because a closure would be allocated for synchronous signers too.

async function matchLater(
  values: Promise<Int32Array>,
  count: number,
  format: CodeFormat,
  codes: TypedCodes,
  cut: number,
  latest: boolean,
): Promise<number> {
  return match(await values, count, format, codes, cut, latest);
}

async function placeLater(index: Promise<number>, first: number): Promise<number> {
  return placeAt(await index, first);
}

async function laterOfBoth(a: number | Promise<number>, b: number | Promise<number>): Promise<number> {
  const [around, rest] = await Promise.all([a, b]);
  return laterOf(around, rest);
}

/** `first + index` for a match, else `index`: without a branch. */
function placeAt(index: number, first: number): number {
  return index + first * (1 + (index >> 31));
}

/** The later of two steps. If neither is a match: `STALE` if one of them is. Without a branch. */
function laterOf(a: number, b: number): number {
  const later = Math.max(a, b);
  return [later, Math.min(a, b)][Number(later < 0)] as number;
}

function lengthOf(codes: TypedCodes): number {
  return typeof codes === "number" ? 1 : codes.length;
}
