// Finds the counter and the time step that a response belongs to, with the same work wherever they are.
import type { AsyncSigner, Signer } from "../hmac/signer.ts";
import { type MessageTemplate, messageAt } from "./message.ts";
import type { Position } from "./positions.ts";
import { responsesTo } from "./responses.ts";
import type { OcraSuite } from "./suite.ts";

/** No position has the response. */
const NO_MATCH = -1;

/**
 * The index of the first position that has this response, or -1. All responses are computed before one is compared, so that the
 * work does not tell where the match is. A promise for an asynchronous signer.
 *
 * @param typed - of `readResponse`.
 */
export function search(
  typed: string,
  template: MessageTemplate,
  positions: readonly Position[],
  signer: Signer | AsyncSigner,
  suite: OcraSuite,
): number | Promise<number> {
  const messages = positions.map((position) => messageAt(template, position));
  const responses = responsesTo(messages, signer, suite);
  const find = (responses: readonly string[]) => indexOf(typed, responses);
  return responses instanceof Promise ? responses.then(find) : find(responses);
}

/** The lowest index of `typed`. Every response is compared in full and with the same operations. */
function indexOf(typed: string, responses: readonly string[]): number {
  let index = NO_MATCH;
  // Downwards, so that the lowest index stays.
  for (let i = responses.length - 1; i >= 0; i--) {
    const response = responses[i] as string;
    let difference = 0;
    for (let j = 0; j < typed.length; j++) difference |= typed.charCodeAt(j) ^ response.charCodeAt(j);
    // All ones if they are equal, else zero.
    index ^= (index ^ i) & ((difference - 1) >> 31);
  }
  return index;
}
