// Mistakes of a programmer with sent codes and recovery codes: refused immediately, by name.
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
    ["email", ["sms", "", null, 1]],
    ["triesPerCode", [...NO_INTEGER, 0, 11]],
    ["keep", [...NO_INTEGER, 0, 4]],
    ["onListenerError", [1, null, {}]],
    ["resendAfterMs", [...NO_INTEGER, -1, 600_001]],
    ["maxSends", [...NO_INTEGER, 0, 11]],
    ["attempts", [null, 1, "none", true]],
    ["testCodes", [null, 1, "000000", Array.from({ length: 101 }, () => ({}))]],
    ["backoff", [{}]],
    ["channel", ["email"]],
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
    expect(() => machine({ pepper, triesPerCode: 11 })).toThrow(refusal("invalid-argument", "triesPerCode"));
    expect(() => machine({ pepper, store: good.store })).toThrow(refusal("invalid-argument", "store"));
    expect(() => machine({ pepper, attempts: { wait: 1 } })).toThrow(refusal("invalid-argument", "wait"));
    expect(() => machine({ pepper, attempts: { monthly: 9 } })).toThrow(
      refusal("invalid-argument", "attempts.monthly"),
    );
  });

  it("know a floor of a million codes, unless it is lowered by name (N13, O16)", () => {
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

describe("a test code", () => {
  const testCode = { subject: "reviewer", purpose: "login", code: "000000", until: 1_800_000_000_000 };
  it.each([
    ["testCodes[1]", null],
    ["testCodes[1]", "000000"],
    ["testCodes[1].subject", { ...testCode, subject: "" }],
    ["testCodes[1].purpose", { ...testCode, purpose: 7 }],
    ["testCodes[1].code", { ...testCode, code: "00000" }],
    ["testCodes[1].code", { ...testCode, code: 0 }],
    ["testCodes[1].until", { ...testCode, until: undefined }],
    ["testCodes[1].until", { subject: "reviewer", purpose: "login", code: "000000" }],
    ["testCodes[1].until", { ...testCode, until: "2027" }],
    ["context", { ...testCode, context: "x" }],
  ])("is refused by name: %s", (argument, wrong) => {
    expect(() => passcodes({ ...good, testCodes: [testCode, wrong] })).toThrow(refusal("invalid-argument", argument));
  });
});

it("a hundred test codes are not too many", () => {
  const testCodes = Array.from({ length: 100 }, (_, i) => ({
    subject: `reviewer-${i}`,
    purpose: "login",
    code: "000000",
    until: 1_800_000_000_000,
  }));
  expect(passcodes({ ...good, testCodes })).toBeDefined();
});

describe("what is not an object", () => {
  const none = null as never;
  it.each([
    ["options", () => createPasscodes(none)],
    ["request", () => createPasscodes(good).send(none)],
    ["attempt", () => createPasscodes(good).attempt(none)],
    ["target", () => createPasscodes(good).forget(none)],
    ["target", () => createPasscodes(good).unlock(none)],
    ["target", () => createPasscodes(good).status(none)],
    ["policy", () => createPasscodeMachine(none)],
    ["request", () => createPasscodeMachine({ pepper }).send(null, none)],
    ["attempt", () => createPasscodeMachine({ pepper }).attempt(null, none)],
    ["format", () => drawPasscode(none)],
    ["options", () => createRecoveryCodes(none)],
    ["attempt", () => createRecoveryCodes(good).attempt(none)],
    ["policy", () => createRecoveryMachine(none)],
    ["request", () => createRecoveryMachine({ pepper }).generate(null, none)],
    ["attempt", () => createRecoveryMachine({ pepper }).attempt(null, none)],
    ["set", () => createRecoveryCodes(good).adopt(none)],
    ["request", () => createRecoveryMachine({ pepper }).adopt(null, none)],
    ["request", () => createPasscodeMachine({ pepper }).giveBack(null, none)],
    ["target", () => createPasscodes(good).report(none)],
    ["format", () => drawRecoveryCodes(none)],
  ])("is refused by the name of the argument: %s", async (argument, call) => {
    await expect(async () => call()).rejects.toThrow(refusal("invalid-argument", argument));
  });
});

describe("requests of passcodes", () => {
  const target = { subject: "user-1", purpose: "login" };
  const NO_ID = ["", "x".repeat(1025), "\ud800", undefined, null, 7, {}, ["a"]];

  function asked() {
    const store = { get: vi.fn(async () => null), swap: vi.fn(async () => true) };
    const service = createPasscodes({ store, pepper }) as unknown as Record<
      string,
      (request: unknown) => Promise<unknown>
    >;
    const calls = (more: object) => [
      service.send?.({ ...target, deliver: () => {}, ...more }),
      service.attempt?.({ ...target, code: "000000", ...more }),
      service.attempt?.({ ...target, code: "no code", ...more }),
    ];
    const targets = (more: object) =>
      ["forget", "report", "unlock", "status"].map((name) => service[name]?.({ ...target, ...more }));
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

  const deliver = () => {};
  const sms = { channel: "sms", deliver };
  it.each([
    ["deliver", undefined],
    ["deliver", null],
    ["deliver", "mail"],
    ["deliver", {}],
    ["deliver", sms],
    ["deliver", []],
    ["deliver", Array.from({ length: 11 }, (_, i) => ({ channel: `c${i}`, deliver }))],
    ["deliver[0]", [deliver]],
    ["deliver[1]", [sms, null]],
    ["deliver[0].channel", [{ deliver }]],
    ["deliver[0].channel", [{ channel: "", deliver }]],
    ["deliver[0].channel", [{ channel: "a b", deliver }]],
    ["deliver[0].channel", [{ channel: "x".repeat(65), deliver }]],
    ["deliver[1].channel", [sms, sms]],
    ["deliver[0].deliver", [{ channel: "sms" }]],
    ["deliver[0].timeoutMs", [{ ...sms, timeoutMs: 0 }]],
    ["deliver[0].timeoutMs", [{ ...sms, timeoutMs: 600_001 }]],
    ["deliver[0].timeoutMs", [{ ...sms, timeoutMs: "1000" }]],
    ["timeout", [{ ...sms, timeout: 1000 }]],
  ])("have a deliver: %s is refused before anything is stored", async (argument, deliver) => {
    const { store, service } = asked();
    await expect(service.send?.({ ...target, deliver })).rejects.toThrow(refusal("invalid-argument", argument));
    expect(store.get).not.toHaveBeenCalled();
  });

  const payment = { amount: "1250.00", currency: "EUR", payee: "Example Ltd" };
  it.each([
    ["transaction", null],
    ["transaction", "1250.00 EUR"],
    ["transaction.amount", { ...payment, amount: 1250 }],
    ["transaction.amount", { ...payment, amount: "1,250.00" }],
    ["transaction.amount", { ...payment, amount: "1e3" }],
    ["transaction.currency", { amount: "1250.00", payee: "Example Ltd" }],
    ["transaction.currency", { ...payment, currency: "eur" }],
    ["transaction.payee", { ...payment, payee: "" }],
    ["reference", { ...payment, reference: "1" }],
  ])("have a whole transaction or none: %s is refused", async (argument, transaction) => {
    const { store, calls } = asked();
    for (const call of calls({ transaction }))
      await expect(call).rejects.toThrow(refusal("invalid-argument", argument));
    expect(store.get).not.toHaveBeenCalled();
    const machine = createPasscodeMachine({ pepper });
    const request = { ...target, ...drawPasscode(), now: 0, transaction: transaction as never };
    expect(() => machine.send(null, request)).toThrow(refusal("invalid-argument", argument));
  });

  it.each([Number.NaN, -1, 1.5, "0", undefined])("and a clock that tells the time: %s", async (time) => {
    const service = createPasscodes({ ...good, clock: () => time as number });
    await expect(service.attempt({ ...target, code: "000000" })).rejects.toThrow(refusal("invalid-argument", "now"));
  });

  it("of the machine, is a draw of its own format", () => {
    const machine = createPasscodeMachine({ pepper });
    const request = { ...target, ...drawPasscode(), now: 0 };
    const letters = createPasscodeMachine({ pepper, characters: 6 });
    expect(() => letters.send(null, { ...request, code: "ABCDEF" })).toThrow(refusal("invalid-argument", "code"));
    for (const code of ["12345", "123 456", "1234567", "ABCDEF", "", undefined, null, 123_456]) {
      expect(() => machine.send(null, { ...request, code } as typeof request)).toThrow(
        refusal("invalid-argument", "code"),
      );
    }
    for (const nonce of ["", "abc", undefined, "a".repeat(20)]) {
      expect(() => machine.send(null, { ...request, nonce } as typeof request)).toThrow(
        refusal("invalid-argument", "nonce"),
      );
      expect(() => machine.giveBack(null, { ...target, now: 0, nonce: nonce as string })).toThrow(
        refusal("invalid-argument", "nonce"),
      );
    }
    for (const now of [-1, 1.5, Number.NaN, "0", undefined, 8.64e15 + 1]) {
      expect(() => machine.send(null, { ...request, now } as typeof request)).toThrow(
        refusal("invalid-argument", "now"),
      );
      expect(() => machine.status(null, now as number)).toThrow(refusal("invalid-argument", "now"));
    }
  });
});

describe("requests of recovery codes", () => {
  it.each([
    ["store", [undefined, {}]],
    ["prefix", [""]],
    ["clock", [1]],
    ["onEvent", [1]],
    ["timeoutMs", [0]],
    ["count", [...NO_INTEGER, 0, 21]],
    ["bits", ["80", 64, 100, null, 128, 121]],
    ["attempts", [null, 1]],
    ["backoff", [{}]],
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
      const [code = ""] = drawRecoveryCodes({ count: 1 }).codes;
      const wrong = subject as string;
      const calls = [
        codes.generate(wrong),
        codes.adopt({ subject: wrong, codes: ["12345678"] }),
        codes.attempt({ subject: wrong, code }),
        codes.attempt({ subject: wrong, code: "none" }),
        codes.status(wrong),
        codes.forget(wrong),
        codes.unlock(wrong),
      ];
      for (const call of calls) await expect(call).rejects.toThrow(refusal("invalid-argument", "subject"));
      const machine = createRecoveryMachine({ pepper });
      expect(() => machine.attempt(null, { subject: wrong, code, now: 0 })).toThrow(
        refusal("invalid-argument", "subject"),
      );
      expect(store.get).not.toHaveBeenCalled();
    },
  );

  it.each([
    [[]],
    ["12345678"],
    [["1234567"]],
    [["x".repeat(65)]],
    [["1234-567 ."]],
    [["1234567é"]],
    [["1234567_"]],
    [[12345678]],
    [["12345678", undefined]],
    [["12345678", "1234-5678"]],
    [["O0O0O0O0", "00000000"]],
    [Array.from({ length: 21 }, (_, i) => `1234567${i}`.padEnd(12, "0"))],
  ])("adopt 1 to 20 different texts of 8 to 64 letters and digits: %j is refused", async (wrong) => {
    const store = { get: vi.fn(async () => null), swap: vi.fn(async () => true) };
    const codes = wrong as string[];
    const call = createRecoveryCodes({ store, pepper }).adopt({ subject: "user-1", codes });
    await expect(call).rejects.toThrow(refusal("invalid-argument", "codes"));
    expect(store.get).not.toHaveBeenCalled();
    const { nonce } = drawRecoveryCodes();
    const machine = createRecoveryMachine({ pepper });
    expect(() => machine.adopt(null, { subject: "user-1", codes, nonce, now: 0 })).toThrow(
      refusal("invalid-argument", "codes"),
    );
  });
});
