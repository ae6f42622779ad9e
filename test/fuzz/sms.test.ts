// A small part of what `npm run fuzz:sms` does. The seed is printed with what fails: `npm run fuzz:sms -- 5000 <seed>` repeats it.
import { isOtpError } from "otp-core";
import { inspectSms, mailMessage, maskCode, smsMessage } from "otp-core/passcodes";
import { describe, expect, it } from "vitest";
import { drawSeed } from "../support/seed.ts";
import { attackMessages } from "./sms-attack.ts";

const functions = { inspectSms, mailMessage, maskCode, smsMessage, isOtpError };
const COUNT = 5000;

describe("random and mutated text messages", () => {
  it("are reported on, written or refused, and what was written is found for its site", () => {
    for (const seed of [1, drawSeed()]) {
      const { done, answers } = attackMessages(functions, { seed, count: COUNT });
      expect(done).toBe(COUNT);
      // Every function got far with some of them, and nowhere with others.
      for (const answer of ["GSM-7, no origin", "GSM-7, an origin", "UCS-2, no origin", "UCS-2, an origin"])
        expect(answers.inspectSms[answer], `${answer}, seed ${seed}`).toBeGreaterThan(COUNT / 50);
      for (const name of ["smsMessage", "mailMessage"] as const) {
        expect(answers[name].written, `${name}, seed ${seed}`).toBeGreaterThan(COUNT / 50);
        expect(answers[name].refused, `${name}, seed ${seed}`).toBeGreaterThan(COUNT / 10);
      }
    }
  });

  it("would be noticed if they were not", () => {
    const run = (changed: object) => () => attackMessages({ ...functions, ...changed }, { seed: 1, count: 2000 });
    const reporting = (change: object) => ({ inspectSms: (text: unknown) => ({ ...inspectSms(text), ...change }) });
    const throwing = () => {
      throw new TypeError("not an OtpError");
    };
    expect(run({ smsMessage: throwing })).toThrow(/seed 1, text 0, .*TypeError/);
    expect(run({ maskCode: (code: string) => code })).toThrow("a masked code shows something");
    expect(run(reporting({ encoding: "GSM-7" }))).toThrow("the encoding has no reason");
    expect(run(reporting({ parts: 1 }))).toThrow("the parts do not");
    expect(run(reporting({ parts: 9 }))).toThrow("parts");
    expect(run(reporting({ bytes: 1 }))).toThrow(/GSM-7 has one or two|UCS-2 has two/);
    expect(run(reporting({ origin: null }))).toThrow("another site is found");
    const unbound = ({ text, code, host }: { text: string; code: string; host: string }) => `${text} @${host} ${code}`;
    expect(run({ mailMessage: unbound })).toThrow("mailMessage: another code is found");
  });
});
