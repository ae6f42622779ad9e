// What has to hold of codes that are sent and of recovery codes on every store.
import { createPasscodes, type PasscodePolicy } from "otp-core/passcodes";
import { createRecoveryCodes, drawRecoveryCodes } from "otp-core/recovery";
import { expect, it } from "vitest";
import { CALLS, PROCESSES, type Racetrack } from "./race.ts";

/** @param track - is asked when a test runs. */
export function passcodeRaceLaws(track: () => Racetrack): void {
  const now = 1_800_000_000_000;
  const total = PROCESSES * CALLS;
  const pepper = Array.from({ length: 32 }, (_, i) => i);
  const options = () => ({ store: track().store, clock: () => now, pepper: Uint8Array.from(pepper) });

  it(`of ${total} requests for a code sends one (O8)`, async () => {
    const target = { subject: "asks", purpose: "login" };
    const tally = await track().race({ kind: "issue", target, calls: CALLS, pepper, now });
    expect(tally).toEqual({ accepted: 1, delivered: 1, throttled: total - 1 });
  });

  async function sent(subject: string) {
    let code = "";
    const target = { subject, purpose: "login" };
    const passcodes = createPasscodes(options());
    await passcodes.issue({ ...target, deliver: (delivered) => (code = delivered) });
    return { target, passcodes, code };
  }

  it(`redeems a code once in ${total} presentations (O1, trap 56)`, async () => {
    const { target, passcodes, code } = await sent("right");
    const codes = Array<string>(CALLS).fill(code);
    const tally = await track().race({ kind: "redeem", target, codes, pepper, now });
    expect(tally).toEqual({ accepted: 1, replayed: total - 1 });
    expect(await passcodes.status(target)).toMatchObject({ failures: 0, expiresAt: null });
  });

  const waits: readonly (readonly [string, NonNullable<PasscodePolicy["backoff"]>, Record<string, number>])[] = [
    ["until the wait: 5", {}, { mismatch: 5, throttled: total - 5 }],
    [
      "until it is exhausted, 5, and then disabled, 100",
      { freeFailures: 99 },
      { mismatch: 5, exhausted: 95, disabled: total - 100 },
    ],
  ];
  it.each(waits)(`looks at as many of ${total} wrong codes as the policy allows %s (trap 23)`, async (...race) => {
    const [name, backoff, expected] = race;
    const { target, passcodes, code } = await sent(name);
    const codes = Array.from({ length: CALLS + 1 }, (_, i) => String(i).padStart(6, "0"))
      .filter((guess) => guess !== code)
      .slice(0, CALLS);
    const tally = await track().race({ kind: "redeem", target, codes, backoff, pepper, now });
    expect(tally).toEqual(expected);
    const { mismatch = 0, exhausted = 0 } = expected;
    expect(await passcodes.status(target)).toMatchObject({ failures: mismatch + exhausted });
    expect(await passcodes.redeem({ ...target, code })).toMatchObject({ ok: false });
  });

  it(`redeems a recovery code once in ${total} presentations (trap 50)`, async () => {
    const recovery = createRecoveryCodes(options());
    const [code = "", other = ""] = await recovery.generate("writes down");
    const codes = Array<string>(CALLS).fill(code);
    const tally = await track().race({ kind: "recover", subject: "writes down", codes, pepper, now });
    expect(tally).toEqual({ accepted: 1, replayed: total - 1 });
    expect(await recovery.status("writes down")).toMatchObject({ remaining: 9, failures: 0 });
    expect(await recovery.redeem({ subject: "writes down", code: other })).toEqual({ ok: true, remaining: 8 });
  });

  it(`looks at five of ${total} wrong recovery codes before the wait (trap 54)`, async () => {
    const recovery = createRecoveryCodes(options());
    await recovery.generate("guesses");
    const { codes } = drawRecoveryCodes(50);
    const job = {
      kind: "recover",
      subject: "guesses",
      codes: Array(CALLS / 50)
        .fill(codes)
        .flat(),
      pepper,
      now,
    } as const;
    expect(await track().race(job)).toEqual({ mismatch: 5, throttled: total - 5 });
    expect(await recovery.status("guesses")).toMatchObject({ failures: 5, remaining: 10 });
  });
}
