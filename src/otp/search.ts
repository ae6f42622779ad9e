// The search behind every verification. Services call it too, with arguments that were checked before.
import type { AsyncSigner, Signer } from "../hmac/signer.ts";
import { answerUnsigned, computeValues } from "./candidates.ts";
import type { CodeFormat } from "./code-format.ts";
import { match, NONE } from "./match.ts";

/** One code, or several consecutive codes, as `CodeFormat.read` returns them. */
export type TypedCodes = number | readonly number[];

/**
 * The index of the (last) code among `count` candidates from `first` on, or `NONE` or `STALE`. Candidates below `cut` are used up. With
 * `latest` the highest index wins, else the lowest. Every candidate is computed and compared, whatever the code is.
 *
 * Seven arguments instead of an object, because an object would be allocated on every verification.
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

/** A function of its own instead of a closure, because a closure would be allocated for synchronous signers too. */
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
