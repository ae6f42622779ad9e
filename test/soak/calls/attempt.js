// An attempt with a code of any kind.

const COUNTED = ["mismatch", "expired", "exhausted", "absent"];

/** One attempt in five comes from a trusted device. The account then counts failures for the device. */
export function attempt({ dice }, request, user) {
  const device = dice.draw() < 0.2 ? dice.pick(user.devices) : undefined;
  const from = device === undefined ? {} : { deviceToken: device.tokens.at(-1) };
  const claim = { resets: true, allowsTrust: true };
  const make = async (accounts) => {
    const { ok, reason } = await accounts.attempt({ ...request, ...from });
    return { answer: ok ? "ok" : reason };
  };
  if (device === undefined) return { claim: { ...claim, counts: COUNTED }, make };
  return { claim: { ...claim, ends: [`d:${device.device}`], endsIfRefused: true }, make };
}

/** What becomes of a call that says whether it did something. */
export const decided = (result) => ({ answer: result === null || result === false ? "refused" : "ok" });
