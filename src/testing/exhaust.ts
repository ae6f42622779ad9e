// Uses up a budget of guesses, in tests of "too many attempts".
import { refuse } from "../check.ts";

const MAX_CALLS = 1000;
/** The reasons of a refusal without a look at the code. */
const UNSEEN = ["throttled", "disabled"];

/**
 * Calls `attempt` until a code is refused without being looked at (`throttled` or `disabled`), at most 1000 times.
 *
 * @param attempt - gets the number of the call, from 0 on.
 * @returns the number of calls, the last one included.
 *
 * @example
 * ```ts
 * import { createPasscodes } from "otp-core/passcodes";
 * import { memoryStore } from "otp-core/store";
 * import { exhaust } from "otp-core/testing";
 *
 * const passcodes = createPasscodes({ store: memoryStore(), pepper: new Uint8Array(32) });
 * const wrong = { subject: "user-1", purpose: "login", code: "000000" };
 * console.log(await exhaust(() => passcodes.attempt(wrong))); // 6
 * ```
 *
 * @throws OtpError `invalid-argument`, as a rejection, if an attempt is accepted or 1000 are looked at. What `attempt` throws comes
 * as it is.
 */
export async function exhaust(
  attempt: (call: number) => Promise<{ readonly ok: boolean; readonly reason?: string }>,
): Promise<number> {
  if (typeof attempt !== "function") refuse("attempt", "a function that makes one attempt");
  for (let call = 0; call < MAX_CALLS; call++) {
    // A caller may have forgotten to return the outcome.
    const { ok, reason }: Partial<Awaited<ReturnType<typeof attempt>>> = (await attempt(call)) ?? {};
    if (ok !== false) refuse("attempt", "one that is refused: pass a wrong code, and what attempt() resolves to");
    if (reason !== undefined && UNSEEN.includes(reason)) return call + 1;
  }
  refuse("attempt", `limited: ${MAX_CALLS} attempts were looked at`);
}
