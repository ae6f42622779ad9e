// The reason of a refusal, for tests that only ask why.

/** `undefined` for an acceptance. */
export function reasonOf(outcome: { readonly ok: boolean; readonly reason?: string }): string | undefined {
  return outcome.reason;
}
