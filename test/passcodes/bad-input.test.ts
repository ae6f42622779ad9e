// What a programmer gets wrong about codes that are sent and recovery codes: refused at once, by name.
import { createPasscodeMachine, createPasscodes, drawPasscode } from "otp-core/passcodes";
import { createRecoveryCodes, createRecoveryMachine, drawRecoveryCodes } from "otp-core/recovery";
import { memoryStore } from "otp-core/store";
import { describe, expect, it, vi } from "vitest";
import { refusal } from "../support/refusal.ts";

const pepper = new Uint8Array(32).fill(7);
const good = { store: memoryStore(), pepper };
const NO_INTEGER = [Number.NaN, 1.5, Number.POSITIVE_INFINITY, "6", null, {}, 2 ** 53];

type Create = (options: unknown) => unknown;
const passcodes = createPasscodes as unknown as Create;
const recovery = createRecoveryCodes as unknown as Create;
const machines = [createPasscodeMachine, createRecoveryMachine] as unknown as readonly Create[];

describe("a pepper", () => {
  const wrong: readonly (readonly [string, unknown, "invalid-argument" | "weak-secret"])[] = [
    ["none", undefined, "invalid-argument"],
    ["null", null, "invalid-argument"],
    ["text", "0123456789abcdef0123456789abcdef", "invalid-argument"],
    ["numbers", Array.from({ length: 32 }, () => 7), "invalid-argument"],
    ["an ArrayBuffer", new ArrayBuffer(32), "invalid-argument"],
    ["other numbers", new Uint16Array(32), "invalid-argument"],
    ["no bytes", new Uint8Array(0), "weak-secret"],
    ["31 bytes", new Uint8Array(31), "weak-secret"],
    ["an empty list", [], "invalid-argument"],
    ["a list of more than ten", Array.from({ length: 11 }, () => pepper), "invalid-argument"],
    ["a list with text", [pepper, "old"], "invalid-argument"],
    ["a list with a short one", [pepper, new Uint8Array(31)], "weak-secret"],
    ["a list of lists", [[pepper]], "invalid-argument"],
  ];
  it.each(wrong)("is refused: %s (O10)", (_, bytes, code) => {
    for (const create of [passcodes, recovery]) {
      expect(() => create({ ...good, pepper: bytes })).toThrow(refusal(code, "pepper"));
    }
    for (const create of machines) expect(() => create({ pepper: bytes })).toThrow(refusal(code, "pepper"));
  });

  it("is not in the error", () => {
    const short = Uint8Array.from([222, 173, 190, 239, 222, 173, 190, 239]);
    let error: unknown;
    try {
      passcodes({ ...good, pepper: short });
    } catch (caught) {
      error = caught;
    }
    expect(JSON.stringify([error, String(error), (error as Error).message])).not.toMatch(/222|deadbeef/i);
  });

  it("may be of 32 bytes or more, and ten of them", () => {
    for (const bytes of [pepper, new Uint8Array(200), Buffer.alloc(32, 7), Array.from({ length: 10 }, () => pepper)]) {
      expect(passcodes({ ...good, pepper: bytes })).toBeDefined();
    }
  });
});

describe("the options of passcodes", () => {
  it.each([
    ["store", [undefined, null, {}, { get() {} }]],
    ["prefix", ["", "a:b", "x".repeat(25)]],
    ["clock", [1, null]],
    ["onEvent", [1, null, {}]],
    ["timeoutMs", [0, 600_001]],
    ["digits", [...NO_INTEGER, 5, 11, 0, -6]],
    ["characters", [...NO_INTEGER, 3, 11]],
    ["allowShort", [1, "yes", null]],
    ["ttlMs", [...NO_INTEGER, 999, 600_001, 0, -1]],
    ["channel", ["sms", "", null, true]],
    ["attempts", [...NO_INTEGER, 0, 11]],
    ["resendAfterMs", [...NO_INTEGER, -1, 600_001]],
    ["maxSends", [...NO_INTEGER, 0, 11]],
    ["backoff", [null, 1]],
    ["length", [6]],
    ["alphabet", ["digits"]],
  ])("are refused by name where they are wrong: %s", (name, values) => {
    for (const value of values) {
      expect(() => passcodes({ ...good, [name]: value }), `${name}: ${String(value)}`).toThrow(
        refusal("invalid-argument", name),
      );
    }
  });

  it("are of the policy for the machine too", () => {
    const machine = createPasscodeMachine as unknown as Create;
    expect(() => machine({ pepper, attempts: 11 })).toThrow(refusal("invalid-argument", "attempts"));
    expect(() => machine({ pepper, store: good.store })).toThrow(refusal("invalid-argument", "store"));
    expect(() => machine({ pepper, backoff: { wait: 1 } })).toThrow(refusal("invalid-argument", "wait"));
  });

  it("know a floor of a million codes, unless it is lowered by name (N13)", () => {
    for (const digits of [4, 5]) {
      expect(() => passcodes({ ...good, digits })).toThrow(refusal("invalid-argument", "digits"));
      expect(passcodes({ ...good, digits, allowShort: true })).toBeDefined();
      expect(drawPasscode({ digits, allowShort: true }).code).toHaveLength(digits);
    }
    expect(() => passcodes({ ...good, digits: 3, allowShort: true })).toThrow(refusal("invalid-argument", "digits"));
    expect(() => passcodes({ ...good, digits: 5, allowShort: false })).toThrow(refusal("invalid-argument", "digits"));
    expect(() => drawPasscode({ digits: 5 })).toThrow(refusal("invalid-argument", "digits"));
    expect(() => passcodes({ ...good, characters: 3, allowShort: true })).toThrow(
      refusal("invalid-argument", "characters"),
    );
    expect(drawPasscode({ characters: 4 }).code).toHaveLength(4);
  });

  it("know digits or characters, and not both", () => {
    expect(() => passcodes({ ...good, digits: 6, characters: 6 })).toThrow(refusal("invalid-argument", "characters"));
  });
});

describe("what is no object", () => {
  const none = null as never;
  it.each([
    ["options", () => createPasscodes(none)],
    ["request", () => createPasscodes(good).issue(none)],
    ["attempt", () => createPasscodes(good).redeem(none)],
    ["target", () => createPasscodes(good).forget(none)],
    ["target", () => createPasscodes(good).unlock(none)],
    ["target", () => createPasscodes(good).status(none)],
    ["policy", () => createPasscodeMachine(none)],
    ["request", () => createPasscodeMachine({ pepper }).issue(null, none)],
    ["attempt", () => createPasscodeMachine({ pepper }).redeem(null, none)],
    ["format", () => drawPasscode(none)],
    ["options", () => createRecoveryCodes(none)],
    ["attempt", () => createRecoveryCodes(good).redeem(none)],
    ["policy", () => createRecoveryMachine(none)],
    ["request", () => createRecoveryMachine({ pepper }).generate(null, none)],
    ["attempt", () => createRecoveryMachine({ pepper }).redeem(null, none)],
  ])("is refused by the name of the argument: %s", async (argument, call) => {
    await expect(async () => call()).rejects.toThrow(refusal("invalid-argument", argument));
  });
});

describe("what is asked of passcodes", () => {
  const target = { subject: "user-1", purpose: "login" };
  const NO_ID = ["", "x".repeat(1025), "\ud800", undefined, null, 7, {}, ["a"]];

  function asked() {
    const store = { get: vi.fn(async () => null), swap: vi.fn(async () => true) };
    const service = createPasscodes({ store, pepper }) as unknown as Record<
      string,
      (request: unknown) => Promise<unknown>
    >;
    const calls = (more: object) => [
      service.issue?.({ ...target, deliver: () => {}, ...more }),
      service.redeem?.({ ...target, code: "000000", ...more }),
      service.redeem?.({ ...target, code: "no code", ...more }),
    ];
    const targets = (more: object) =>
      ["forget", "unlock", "status"].map((name) => service[name]?.({ ...target, ...more }));
    return { store, service, calls, targets };
  }

  it.each(
    NO_ID.flatMap(
      (id) =>
        [
          ["subject", id],
          ["purpose", id],
        ] as const,
    ),
  )("is refused before the store is asked: %s %j", async (name, id) => {
    const { store, calls, targets } = asked();
    for (const call of [...calls({ [name]: id }), ...targets({ [name]: id })]) {
      await expect(call).rejects.toThrow(refusal("invalid-argument", name));
    }
    expect(store.get).not.toHaveBeenCalled();
  });

  it.each(NO_ID.filter((id) => id !== undefined))("and so is a context that is none: %j", async (context) => {
    const { calls } = asked();
    for (const call of calls({ context })) await expect(call).rejects.toThrow(refusal("invalid-argument", "context"));
  });

  it("knows no other names, so that a misspelt context binds nothing to nothing", async () => {
    const { calls, targets } = asked();
    for (const call of calls({ contex: "login-1" }))
      await expect(call).rejects.toThrow(refusal("invalid-argument", "contex"));
    for (const call of targets({ context: "login-1" }))
      await expect(call).rejects.toThrow(refusal("invalid-argument", "context"));
  });

  it.each([undefined, null, "mail", {}])("has a deliver: %j is none", async (deliver) => {
    const { store, service } = asked();
    await expect(service.issue?.({ ...target, deliver })).rejects.toThrow(refusal("invalid-argument", "deliver"));
    expect(store.get).not.toHaveBeenCalled();
  });

  it.each([Number.NaN, -1, 1.5, "0", undefined])("and a clock that tells the time: %s", async (time) => {
    const service = createPasscodes({ ...good, clock: () => time as number });
    await expect(service.redeem({ ...target, code: "000000" })).rejects.toThrow(refusal("invalid-argument", "now"));
  });

  it("of the machine, is a draw of its own format", () => {
    const machine = createPasscodeMachine({ pepper });
    const request = { ...target, ...drawPasscode(), now: 0 };
    for (const code of ["12345", "123 456", "1234567", "ABCDEF", "", undefined, null, 123_456]) {
      expect(() => machine.issue(null, { ...request, code } as typeof request)).toThrow(
        refusal("invalid-argument", "code"),
      );
    }
    for (const nonce of ["", "abc", undefined, "a".repeat(20)]) {
      expect(() => machine.issue(null, { ...request, nonce } as typeof request)).toThrow(
        refusal("invalid-argument", "nonce"),
      );
    }
    for (const now of [-1, 1.5, Number.NaN, "0", undefined, 8.64e15 + 1]) {
      expect(() => machine.issue(null, { ...request, now } as typeof request)).toThrow(
        refusal("invalid-argument", "now"),
      );
      expect(() => machine.status(null, now as number)).toThrow(refusal("invalid-argument", "now"));
    }
  });
});

describe("what is asked of recovery codes", () => {
  it.each([
    ["store", [undefined, {}]],
    ["prefix", [""]],
    ["clock", [1]],
    ["onEvent", [1]],
    ["timeoutMs", [0]],
    ["count", [...NO_INTEGER, 0, 51]],
    ["backoff", [null]],
    ["digits", [6]],
  ])("has options of this range: %s", (name, values) => {
    for (const value of values)
      expect(() => recovery({ ...good, [name]: value })).toThrow(refusal("invalid-argument", name));
  });

  it.each(["", "x".repeat(1025), "\ud800", undefined, null, 7, {}])(
    "has a subject: %j is refused before the store is asked",
    async (subject) => {
      const store = { get: vi.fn(async () => null), swap: vi.fn(async () => true) };
      const codes = createRecoveryCodes({ store, pepper });
      const [code = ""] = drawRecoveryCodes(1).codes;
      const wrong = subject as string;
      const calls = [
        codes.generate(wrong),
        codes.redeem({ subject: wrong, code }),
        codes.redeem({ subject: wrong, code: "none" }),
        codes.status(wrong),
        codes.forget(wrong),
        codes.unlock(wrong),
      ];
      for (const call of calls) await expect(call).rejects.toThrow(refusal("invalid-argument", "subject"));
      const machine = createRecoveryMachine({ pepper });
      expect(() => machine.redeem(null, { subject: wrong, code, now: 0 })).toThrow(
        refusal("invalid-argument", "subject"),
      );
      expect(store.get).not.toHaveBeenCalled();
    },
  );
});
