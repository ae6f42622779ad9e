// The types of codes that are sent and of recovery codes, as whoever calls them reads them.
import type { Rejected } from "otp-core";
import type * as guard from "otp-core/guard";
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
    expectTypeOf<Extract<passcodes.PasscodeVerdict, { ok: false }>>().toExtend<Any>();
    expectTypeOf<Extract<passcodes.PasscodeIssue, { ok: false }>>().toExtend<Any>();
    expectTypeOf<Extract<recovery.RecoveryVerdict, { ok: false }>>().toExtend<Any>();
    expectTypeOf<Extract<guard.GuardOutcome, { ok: false }>>().toExtend<Any>();
    expectTypeOf<limiter.Throttled>().toExtend<Any>();
    expectTypeOf<guard.Refused<"x">>().toExtend<Rejected<"x">>();
  });

  it("have a closed list of reasons", () => {
    type Reason = Extract<passcodes.PasscodeVerdict, { ok: false }>["reason"];
    expectTypeOf<Reason>().toEqualTypeOf<passcodes.PasscodeReason>();
    expectTypeOf<passcodes.PasscodeReason>().toEqualTypeOf<
      "malformed" | "mismatch" | "replayed" | "throttled" | "disabled" | "expired" | "exhausted" | "absent"
    >();
    expectTypeOf<passcodes.PasscodeIssue["reason"]>().toEqualTypeOf<"throttled" | "disabled" | undefined>();
    expectTypeOf<recovery.RecoveryVerdict["reason"]>().toEqualTypeOf<guard.GuardReason | undefined>();
  });
});

describe("passcodes", () => {
  it("are asked for and redeemed with these fields", () => {
    expectTypeOf<Parameters<passcodes.Passcodes["issue"]>[0]>().toExtend<{
      readonly subject: string;
      readonly purpose: string;
      readonly context?: string | undefined;
      readonly deliver: (code: string) => unknown;
    }>();
    expectTypeOf<Parameters<passcodes.Passcodes["redeem"]>[0]["code"]>().toEqualTypeOf<string>();
    expectTypeOf<Parameters<passcodes.Passcodes["forget"]>>().toEqualTypeOf<[target: passcodes.PasscodeTarget]>();
    expectTypeOf<passcodes.PasscodeTarget>().toEqualTypeOf<{ readonly subject: string; readonly purpose: string }>();
  });

  it("answer with these", () => {
    expectTypeOf<ReturnType<passcodes.Passcodes["issue"]>>().resolves.toEqualTypeOf<
      passcodes.PasscodeIssued | guard.Refused<"throttled" | "disabled">
    >();
    expectTypeOf<ReturnType<passcodes.Passcodes["redeem"]>>().resolves.toEqualTypeOf<passcodes.PasscodeVerdict>();
    expectTypeOf<ReturnType<passcodes.Passcodes["status"]>>().resolves.toEqualTypeOf<passcodes.PasscodeStatus>();
    // No code anywhere in what goes to the browser.
    expectTypeOf<passcodes.PasscodeIssued>().not.toHaveProperty("code");
  });

  it("need a pepper and a store", () => {
    expectTypeOf<{ store: store.Store }>().not.toExtend<passcodes.PasscodeOptions>();
    expectTypeOf<{ pepper: Uint8Array }>().not.toExtend<passcodes.PasscodeOptions>();
    expectTypeOf<{ store: store.Store; pepper: Uint8Array }>().toExtend<passcodes.PasscodeOptions>();
    expectTypeOf<{
      store: store.Store;
      pepper: Uint8Array;
      channel: "sms";
    }>().not.toExtend<passcodes.PasscodeOptions>();
  });

  it("tell events that narrow by their type", () => {
    const onEvent = (event: passcodes.PasscodeEvent) => {
      expectTypeOf(event.subject).toEqualTypeOf<string>();
      if (event.type === "rejected") {
        expectTypeOf(event.reason).toEqualTypeOf<"malformed" | "mismatch" | "expired" | "exhausted" | "absent">();
      }
      if (event.type === "refused") expectTypeOf(event.retryAt).toEqualTypeOf<number | null>();
      if (event.type === "disabled") expectTypeOf(event.first).toEqualTypeOf<boolean>();
    };
    expectTypeOf(onEvent).toExtend<NonNullable<passcodes.PasscodeOptions["onEvent"]>>();
  });

  it("are decided by a machine that draws nothing and waits for nothing", () => {
    type Machine = passcodes.PasscodeMachine;
    expectTypeOf<ReturnType<Machine["issue"]>["outcome"]>().toEqualTypeOf<passcodes.PasscodeIssue>();
    expectTypeOf<ReturnType<Machine["redeem"]>["outcome"]>().toEqualTypeOf<passcodes.PasscodeVerdict>();
    expectTypeOf<ReturnType<Machine["issue"]>>().not.toExtend<Promise<unknown>>();
    expectTypeOf<Parameters<Machine["issue"]>[1]>().toExtend<passcodes.PasscodeDraw>();
    expectTypeOf(passcodes.drawPasscode).returns.toEqualTypeOf<{ readonly code: string; readonly nonce: string }>();
  });
});

describe("recovery codes", () => {
  it("are these calls", () => {
    expectTypeOf<ReturnType<recovery.RecoveryCodes["generate"]>>().resolves.toEqualTypeOf<string[]>();
    expectTypeOf<ReturnType<recovery.RecoveryCodes["redeem"]>>().resolves.toEqualTypeOf<recovery.RecoveryVerdict>();
    expectTypeOf<Extract<recovery.RecoveryVerdict, { ok: true }>["remaining"]>().toEqualTypeOf<number>();
    expectTypeOf<ReturnType<recovery.RecoveryMachine["generate"]>["outcome"]>().toEqualTypeOf<void>();
  });
});

describe("messages", () => {
  it("are written from fields and read to fields or null", () => {
    expectTypeOf(passcodes.inspectSms).parameter(0).toBeUnknown();
    expectTypeOf(passcodes.inspectSms).returns.toEqualTypeOf<passcodes.SmsReport>();
    expectTypeOf(passcodes.smsMessage).returns.toEqualTypeOf<string>();
    expectTypeOf(passcodes.maskCode).toEqualTypeOf<(code: unknown) => string>();
  });
});
