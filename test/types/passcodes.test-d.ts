// The types of codes that are sent and of recovery codes, as whoever calls them reads them.
import type { Rejected } from "otp-core";
import * as guard from "otp-core/guard";
import { describe, expectTypeOf, it } from "vitest";

describe("a pepper", () => {
  it("is bytes, or a list of them that is not empty, and never text", () => {
    expectTypeOf<Uint8Array>().toExtend<guard.Pepper>();
    expectTypeOf<[Uint8Array, Uint8Array]>().toExtend<guard.Pepper>();
    expectTypeOf<string>().not.toExtend<guard.Pepper>();
    expectTypeOf<[]>().not.toExtend<guard.Pepper>();
    expectTypeOf<Buffer>().toExtend<guard.Pepper>();
  });
});

describe("refusals", () => {
  it("are of one shape, so that one handling serves them all", () => {
    type Any = { readonly ok: false; readonly reason: string; readonly retryAfterMs: number | null };
    expectTypeOf<Extract<guard.PasscodeVerdict, { ok: false }>>().toExtend<Any>();
    expectTypeOf<Extract<guard.PasscodeIssue, { ok: false }>>().toExtend<Any>();
    expectTypeOf<Extract<guard.RecoveryVerdict, { ok: false }>>().toExtend<Any>();
    expectTypeOf<guard.GuardRejected>().toExtend<Any>();
    expectTypeOf<guard.Throttled>().toExtend<Any>();
    expectTypeOf<guard.Refused<"x">>().toExtend<Rejected<"x">>();
  });

  it("have a closed list of reasons", () => {
    type Reason = Extract<guard.PasscodeVerdict, { ok: false }>["reason"];
    expectTypeOf<Reason>().toEqualTypeOf<guard.PasscodeReason>();
    expectTypeOf<guard.PasscodeReason>().toEqualTypeOf<
      "malformed" | "mismatch" | "replayed" | "throttled" | "disabled" | "expired" | "exhausted" | "absent"
    >();
    expectTypeOf<guard.PasscodeIssue["reason"]>().toEqualTypeOf<"throttled" | "disabled" | undefined>();
    expectTypeOf<guard.RecoveryVerdict["reason"]>().toEqualTypeOf<guard.GuardReason | undefined>();
  });
});

describe("passcodes", () => {
  it("are asked for and redeemed with these fields", () => {
    expectTypeOf<Parameters<guard.Passcodes["issue"]>[0]>().toExtend<{
      readonly subject: string;
      readonly purpose: string;
      readonly context?: string | undefined;
      readonly deliver: (code: string) => unknown;
    }>();
    expectTypeOf<Parameters<guard.Passcodes["redeem"]>[0]["code"]>().toEqualTypeOf<string>();
    expectTypeOf<Parameters<guard.Passcodes["forget"]>>().toEqualTypeOf<[target: guard.PasscodeTarget]>();
    expectTypeOf<guard.PasscodeTarget>().toEqualTypeOf<{ readonly subject: string; readonly purpose: string }>();
  });

  it("answer with these", () => {
    expectTypeOf<ReturnType<guard.Passcodes["issue"]>>().resolves.toEqualTypeOf<
      guard.PasscodeIssued | guard.Refused<"throttled" | "disabled">
    >();
    expectTypeOf<ReturnType<guard.Passcodes["redeem"]>>().resolves.toEqualTypeOf<
      guard.GuardAccepted | guard.Refused<guard.PasscodeReason>
    >();
    expectTypeOf<ReturnType<guard.Passcodes["status"]>>().resolves.toEqualTypeOf<guard.PasscodeStatus>();
    // No code anywhere in what goes to the browser.
    expectTypeOf<guard.PasscodeIssued>().not.toHaveProperty("code");
  });

  it("need a pepper and a store", () => {
    expectTypeOf<{ store: guard.Store }>().not.toExtend<guard.PasscodeOptions>();
    expectTypeOf<{ pepper: Uint8Array }>().not.toExtend<guard.PasscodeOptions>();
    expectTypeOf<{ store: guard.Store; pepper: Uint8Array }>().toExtend<guard.PasscodeOptions>();
    expectTypeOf<{ store: guard.Store; pepper: Uint8Array; channel: "sms" }>().not.toExtend<guard.PasscodeOptions>();
  });

  it("tell events that narrow by their type", () => {
    const onEvent = (event: guard.PasscodeEvent) => {
      expectTypeOf(event.subject).toEqualTypeOf<string>();
      if (event.type === "rejected") {
        expectTypeOf(event.reason).toEqualTypeOf<"malformed" | "mismatch" | "expired" | "exhausted" | "absent">();
      }
      if (event.type === "refused") expectTypeOf(event.retryAt).toEqualTypeOf<number | null>();
      if (event.type === "disabled") expectTypeOf(event.first).toEqualTypeOf<boolean>();
    };
    expectTypeOf(onEvent).toExtend<NonNullable<guard.PasscodeOptions["onEvent"]>>();
  });

  it("are decided by a machine that draws nothing and waits for nothing", () => {
    type Machine = guard.PasscodeMachine;
    expectTypeOf<ReturnType<Machine["issue"]>["outcome"]>().toEqualTypeOf<guard.PasscodeIssue>();
    expectTypeOf<ReturnType<Machine["redeem"]>["outcome"]>().toEqualTypeOf<guard.PasscodeVerdict>();
    expectTypeOf<ReturnType<Machine["issue"]>>().not.toExtend<Promise<unknown>>();
    expectTypeOf<Parameters<Machine["issue"]>[1]>().toExtend<guard.PasscodeDraw>();
    expectTypeOf(guard.drawPasscode).returns.toEqualTypeOf<{ readonly code: string; readonly nonce: string }>();
  });
});

describe("recovery codes", () => {
  it("are these calls", () => {
    expectTypeOf<ReturnType<guard.RecoveryCodes["generate"]>>().resolves.toEqualTypeOf<string[]>();
    expectTypeOf<ReturnType<guard.RecoveryCodes["redeem"]>>().resolves.toEqualTypeOf<guard.RecoveryVerdict>();
    expectTypeOf<Extract<guard.RecoveryVerdict, { ok: true }>["remaining"]>().toEqualTypeOf<number>();
    expectTypeOf<ReturnType<guard.RecoveryMachine["generate"]>["outcome"]>().toEqualTypeOf<void>();
  });
});

describe("messages", () => {
  it("are written from fields and read to fields or null", () => {
    expectTypeOf(guard.parseSmsMessage).returns.toEqualTypeOf<guard.OriginBoundCode | null>();
    expectTypeOf(guard.smsMessage).returns.toEqualTypeOf<string>();
    expectTypeOf(guard.maskCode).toEqualTypeOf<(code: unknown) => string>();
  });
});
