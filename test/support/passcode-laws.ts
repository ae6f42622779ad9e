// What has to hold of sent codes and of recovery codes on every store.
import { type AttemptPolicy, createPasscodes } from "otp-core/passcodes";
import { createRecoveryCodes } from "otp-core/recovery";
import { expect, it } from "vitest";
import { CALLS, PROCESSES, type Racetrack } from "./race.ts";

/** @param track - is asked when a test runs. */
export function passcodeRaceLaws(track: () => Racetrack): void {
  const now = 1_800_000_000_000;
  const total = PROCESSES * CALLS;
  const pepper = Array.from({ length: 32 }, (_, i) => i);
  const options = () => ({ store: track().store, clock: () => now, pepper: Uint8Array.from(pepper) });

  it(`sends one code for ${total} requests at the same time (O8)`, async () => {
    const target = { subject: "asks", purpose: "login" };
    const tally = await track().race({ kind: "send", target, calls: CALLS, pepper, now });
    expect(tally).toEqual({ accepted: 1, delivered: 1, throttled: total - 1 });
  });

  async function sent(subject: string) {
    let code = "";
    const target = { subject, purpose: "login" };
    const passcodes = createPasscodes(options());
    const deliver = (delivered: string) => {
      code = delivered;
    };
    await passcodes.send({ ...target, deliver });
    return { target, passcodes, code };
  }

  it(`accepts a code once in ${total} attempts at the same time (O1, trap 56)`, async () => {
    const { target, passcodes, code } = await sent("right");
    const codes = Array<string>(CALLS).fill(code);
    const tally = await track().race({ kind: "passcode", target, codes, pepper, now });
    expect(tally).toEqual({ accepted: 1, replayed: total - 1 });
    expect(await passcodes.status(target)).toMatchObject({ failures: 0, expiresAt: null });
  });

  it(`accepts one of two codes that are alive once in ${total} attempts at the same time`, async () => {
    const clocks = [now - 60_000, now];
    const target = { subject: "two", purpose: "login" };
    const codes: string[] = [];
    for (const at of clocks) {
      const passcodes = createPasscodes({ ...options(), clock: () => at });
      await passcodes.send({ ...target, deliver: (code) => void codes.push(code) });
    }
    const [first = "", second = ""] = codes;
    const attempts = Array.from({ length: CALLS }, (_, i) => (i % 2 === 0 ? first : second));
    const tally = await track().race({ kind: "passcode", target, codes: attempts, pepper, now });
    const { accepted, replayed = 0, superseded = 0 } = tally;
    expect([accepted, replayed + superseded]).toEqual([1, total - 1]);
    // The code that won is replayed, the other one superseded: half of the attempts each.
    if (first !== second) expect(Math.abs(superseded - replayed)).toBe(1);
  });

  const waits: readonly (readonly [string, AttemptPolicy, Record<string, number>])[] = [
    ["until the wait: 5", {}, { mismatch: 5, throttled: total - 5 }],
    [
      "until it is exhausted, 5, and then disabled, 100",
      { freeFailures: 99, monthly: 10_000 },
      { mismatch: 5, exhausted: 95, disabled: total - 100 },
    ],
  ];
  it.each(waits)(`looks at as many of ${total} wrong codes as the policy allows %s (trap 23)`, async (...race) => {
    const [name, attempts, expected] = race;
    const { target, passcodes, code } = await sent(name);
    const codes = Array.from({ length: CALLS + 1 }, (_, i) => String(i).padStart(6, "0"))
      .filter((guess) => guess !== code)
      .slice(0, CALLS);
    const tally = await track().race({ kind: "passcode", target, codes, attempts, pepper, now });
    expect(tally).toEqual(expected);
    const { mismatch = 0, exhausted = 0 } = expected;
    expect(await passcodes.status(target)).toMatchObject({ failures: mismatch + exhausted });
    expect(await passcodes.verify({ ...target, code })).toBe(false);
  });

  it(`accepts a recovery code once in ${total} attempts at the same time (trap 50)`, async () => {
    const recovery = createRecoveryCodes(options());
    const [code = "", other] = await recovery.generate("writes down");
    const codes = Array<string>(CALLS).fill(code);
    const tally = await track().race({ kind: "recover", subject: "writes down", codes, pepper, now });
    expect(tally).toEqual({ accepted: 1, replayed: total - 1 });
    expect(await recovery.status("writes down")).toMatchObject({ remaining: 9, failures: 0 });
    expect(await recovery.attempt({ subject: "writes down", code: other })).toMatchObject({ ok: true, remaining: 8 });
  });

  it(`looks at five of ${total} wrong adopted codes before the wait (trap 54)`, async () => {
    const recovery = createRecoveryCodes(options());
    await recovery.adopt({ subject: "guesses", codes: ["12345678"] });
    const codes = Array.from({ length: CALLS }, (_, i) => String(i).padStart(8, "0"));
    const job = { kind: "recover", subject: "guesses", codes, pepper, now } as const;
    expect(await track().race(job)).toEqual({ mismatch: 5, throttled: total - 5 });
    expect(await recovery.status("guesses")).toMatchObject({ failures: 5, remaining: 1 });
  });
}
