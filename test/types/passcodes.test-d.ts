// The types of sent codes, recovery codes and limiters, as a caller reads them.
import type { Rejected } from "otp-core";
import type * as limiter from "otp-core/limiter";
import * as passcodes from "otp-core/passcodes";
import type * as recovery from "otp-core/recovery";
import type * as store from "otp-core/store";
import { describe, expectTypeOf, it } from "vitest";

describe("a pepper", () => {
  it("is bytes, or a list of them that is not empty, and never text", () => {
    expectTypeOf<Uint8Array>().toExtend<passcodes.Pepper>();
    expectTypeOf<[Uint8Array, Uint8Array]>().toExtend<passcodes.Pepper>();
    expectTypeOf<string>().not.toExtend<passcodes.Pepper>();
    expectTypeOf<[]>().not.toExtend<passcodes.Pepper>();
    expectTypeOf<Buffer>().toExtend<passcodes.Pepper>();
  });
});

describe("refusals", () => {
  it("are of one shape, so that one handling serves them all", () => {
    type Any = { readonly ok: false; readonly reason: string; readonly retryAfterMs: number | null };
    expectTypeOf<Extract<passcodes.PasscodeOutcome, { ok: false }>>().toExtend<Any>();
    expectTypeOf<Extract<passcodes.SendOutcome, { ok: false }>>().toExtend<Any>();
    expectTypeOf<Extract<recovery.RecoveryOutcome, { ok: false }>>().toExtend<Any>();
    expectTypeOf<limiter.LimiterRefused>().toExtend<Any>();
    expectTypeOf<passcodes.Refused<"x">>().toExtend<Rejected<"x">>();
  });

  it("have a closed list of reasons", () => {
    expectTypeOf<
      Extract<passcodes.PasscodeOutcome, { ok: false }>["reason"]
    >().toEqualTypeOf<passcodes.SentCodeReason>();
    expectTypeOf<passcodes.SentCodeReason>().toEqualTypeOf<
      | "malformed"
      | "mismatch"
      | "replayed"
      | "throttled"
      | "disabled"
      | "absent"
      | "expired"
      | "exhausted"
      | "superseded"
      | "other-context"
      | "other-transaction"
    >();
    expectTypeOf<Extract<passcodes.SendOutcome, { ok: false }>["reason"]>().toEqualTypeOf<"throttled" | "disabled">();
    expectTypeOf<Extract<recovery.RecoveryOutcome, { ok: false }>["reason"]>().toEqualTypeOf<
      "malformed" | "mismatch" | "replayed" | "throttled" | "disabled" | "absent"
    >();
  });

  it("are false for most callers (field F3)", () => {
    expectTypeOf<ReturnType<passcodes.Passcodes["verify"]>>().toEqualTypeOf<Promise<boolean>>();
    expectTypeOf<ReturnType<recovery.RecoveryCodes["verify"]>>().toEqualTypeOf<Promise<boolean>>();
    expectTypeOf<ReturnType<limiter.Limiter["take"]>>().toEqualTypeOf<Promise<boolean>>();
  });
});

describe("passcodes", () => {
  it("are asked for and tried with these fields", () => {
    type Send = Parameters<passcodes.Passcodes["send"]>[0];
    expectTypeOf<{ subject: string; purpose: string; deliver: (code: string) => void }>().toExtend<Send>();
    expectTypeOf<{ subject: string; purpose: string; deliver: [] }>().not.toExtend<Send>();
    expectTypeOf<Parameters<passcodes.Passcodes["attempt"]>[0]["code"]>().toBeUnknown();
    expectTypeOf<Parameters<passcodes.Passcodes["forget"]>>().toEqualTypeOf<[target: passcodes.SentCodeTarget]>();
    expectTypeOf<passcodes.SentCodeTarget>().toEqualTypeOf<{ readonly subject: string; readonly purpose: string }>();
    expectTypeOf<passcodes.Transaction["amount"]>().toEqualTypeOf<string>();
  });

  it("answer with these", () => {
    expectTypeOf<ReturnType<passcodes.Passcodes["send"]>>().resolves.toEqualTypeOf<passcodes.SendOutcome>();
    expectTypeOf<ReturnType<passcodes.Passcodes["attempt"]>>().resolves.toEqualTypeOf<passcodes.PasscodeOutcome>();
    expectTypeOf<ReturnType<passcodes.Passcodes["status"]>>().resolves.toEqualTypeOf<passcodes.PasscodeStatus>();
    // No code anywhere in what goes to the browser.
    expectTypeOf<passcodes.Sent>().not.toHaveProperty("code");
  });

  it("need a pepper and a store", () => {
    expectTypeOf<{ store: store.Store }>().not.toExtend<passcodes.PasscodeOptions>();
    expectTypeOf<{ pepper: Uint8Array }>().not.toExtend<passcodes.PasscodeOptions>();
    expectTypeOf<{ store: store.Store; pepper: Uint8Array }>().toExtend<passcodes.PasscodeOptions>();
    expectTypeOf<{ store: store.Store; pepper: Uint8Array; email: "sms" }>().not.toExtend<passcodes.PasscodeOptions>();
    expectTypeOf<{ subject: string; purpose: string; code: string }>().not.toExtend<passcodes.TestCode>();
  });

  it("emit events that narrow by their type", () => {
    const onEvent = (event: passcodes.PasscodeEvent) => {
      expectTypeOf(event.subject).toEqualTypeOf<string>();
      expectTypeOf(event.purpose).toEqualTypeOf<string>();
      if (event.type === "rejected") {
        expectTypeOf(event.reason).toEqualTypeOf<"malformed" | "mismatch" | "expired" | "exhausted" | "absent">();
      }
      if (event.type === "send-refused") expectTypeOf(event.retryAt).toEqualTypeOf<number | null>();
      if (event.type === "delivered") expectTypeOf(event.deliveryId).toEqualTypeOf<string | null>();
      if (event.type === "disabled") expectTypeOf(event.first).toEqualTypeOf<boolean>();
    };
    expectTypeOf(onEvent).toExtend<NonNullable<passcodes.PasscodeOptions["onEvent"]>>();
  });

  it("are decided by a machine that draws nothing and waits for nothing", () => {
    type Machine = passcodes.PasscodeMachine;
    expectTypeOf<ReturnType<Machine["attempt"]>["outcome"]>().toEqualTypeOf<passcodes.PasscodeOutcome>();
    expectTypeOf<ReturnType<Machine["giveBack"]>["outcome"]>().toEqualTypeOf<void>();
    expectTypeOf<ReturnType<Machine["send"]>>().not.toExtend<Promise<unknown>>();
    expectTypeOf<Parameters<Machine["send"]>[1]>().toExtend<passcodes.PasscodeDraw>();
    expectTypeOf(passcodes.drawPasscode).returns.toEqualTypeOf<{ readonly code: string; readonly nonce: string }>();
  });
});

describe("recovery codes", () => {
  it("are these calls", () => {
    expectTypeOf<ReturnType<recovery.RecoveryCodes["generate"]>>().resolves.toEqualTypeOf<string[]>();
    expectTypeOf<ReturnType<recovery.RecoveryCodes["attempt"]>>().resolves.toEqualTypeOf<recovery.RecoveryOutcome>();
    expectTypeOf<Extract<recovery.RecoveryOutcome, { ok: true }>["remaining"]>().toEqualTypeOf<number>();
    expectTypeOf<ReturnType<recovery.RecoveryMachine["generate"]>["outcome"]>().toEqualTypeOf<void>();
    expectTypeOf<64>().not.toExtend<recovery.RecoveryFormat["bits"]>();
  });
});

describe("messages", () => {
  it("are written from fields and read to a report", () => {
    expectTypeOf(passcodes.inspectSms).parameter(0).toBeUnknown();
    expectTypeOf(passcodes.inspectSms).returns.toEqualTypeOf<passcodes.SmsReport>();
    expectTypeOf(passcodes.smsMessage).returns.toEqualTypeOf<string>();
    expectTypeOf(passcodes.maskCode).toEqualTypeOf<(code: unknown) => string>();
  });
});
