// The states of sent codes and of recovery codes are text of one form only: equal text, equal state, and anything else is refused
// instead of being read as "nothing known" (fail closed).
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { encodeBase32 } from "otp-core";
import { createPasscodeMachine, createPasscodes, drawPasscode } from "otp-core/passcodes";
import { createRecoveryCodes, createRecoveryMachine, drawRecoveryCodes } from "otp-core/recovery";
import type { Store } from "otp-core/store";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const pepper = new Uint8Array(32).fill(7);
const target = { subject: "user-1", purpose: "login" };
const payment = { amount: "1250.00", currency: "EUR", payee: "Example Ltd" };
const passcodes = () => createPasscodeMachine({ pepper, digits: 10, resendAfterMs: 0 });
const recovery = () => createRecoveryMachine({ pepper });
const draw = () => drawPasscode({ digits: 10 });

const first = draw();
const bound = { ...target, context: "here", transaction: payment };
const sent = passcodes().send(null, { ...bound, ...first, now: NOW }).state;
const tried = passcodes().attempt(sent, { ...target, code: draw().code, now: NOW }).state;
const again = passcodes().send(tried, { ...target, ...draw(), now: NOW + 1000 }).state;
const third = draw();
const superseded = passcodes().send(again, { ...target, ...third, now: NOW + 2000 }).state;
const lost = passcodes().giveBack(superseded, { ...target, nonce: third.nonce, now: NOW + 2000 }).state;
const used = passcodes().attempt(lost, { ...target, code: third.code, now: NOW + 3000 }).state;
const gone = passcodes().forget(used, NOW + 3000).state;
const moved = passcodes().send(gone, { ...target, ...draw(), now: NOW - DAY }).state;
const SENT = [sent, tried, again, superseded, lost, used, gone, moved].map(String);

const set = drawRecoveryCodes({ count: 3 });
const [code = ""] = set.codes;
const generated = recovery().generate(null, { ...set, subject: "user-1", now: NOW }).state;
const redeemed = recovery().attempt(generated, { subject: "user-1", code, now: NOW }).state;
const adopted = recovery().adopt(redeemed, {
  codes: ["1234-5678", "ABCDEFGH"],
  nonce: set.nonce,
  subject: "user-1",
  now: NOW,
}).state;
const failed = recovery().attempt(adopted, { subject: "user-1", code: "00000000", now: NOW }).state;
const forgotten = recovery().forget(failed, NOW).state;
const RECOVERY = [generated, redeemed, adopted, failed, forgotten].map(String);

const NONCE = "[A-Z2-7]{20}";
const FINGERPRINT = "[A-Z2-7]{8}";
const DIGEST = "[A-Z2-7]{51}[AQ]";

/** guides/design.md: HMAC-SHA-256 under the pepper over the length-prefixed UTF-8 parts. */
function sign(...parts: readonly string[]): Buffer {
  const signer = createHmac("sha256", pepper);
  for (const part of parts) {
    const bytes = Buffer.from(part, "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    signer.update(length).update(bytes);
  }
  return signer.digest();
}
const digest = (...parts: readonly string[]) => encodeBase32(sign(...parts));
const FINGER = encodeBase32(sign("fingerprint/1").subarray(0, 5));

describe("a state of ours", () => {
  const head = "1,0,-,-,0,0,-,-,";

  it("of sent codes is text of one version: attempts, codes and sends, and neither code nor pepper", () => {
    const parts = [first.nonce, FINGER, `(${DIGEST})`, `(${DIGEST})`, `(${DIGEST})`, NOW, NOW + 300_000, 0, "00"];
    expect(sent).toMatch(new RegExp(`^${head}${parts.join(":")},${NOW},-$`));
    expect(tried).toMatch(new RegExp(`^1,1,${NOW},-,2592000000,${NOW},-,-,${first.nonce}:.*:1:00,${NOW},-$`));
    expect(again).toMatch(new RegExp(`:0:00 ${first.nonce}:.*:1:00,${NOW + 1000} ${NOW},-$`));
    // A code that is not accepted any more needs no binding.
    expect(superseded).toMatch(new RegExp(` ${first.nonce}:${FINGER}:${DIGEST}:::${NOW}:${NOW + 300_000}:1:20,`));
    expect(lost).toMatch(/:0:01 /);
    expect(used).toMatch(/:0:11 .*:0:20 .*:1:20,/);
    expect(gone).toMatch(new RegExp(`^1,0,${NOW},${NOW + 3000},\\d+,${NOW},-,${NOW + 3000},-,${NOW + 2000} `));
    expect(moved).toMatch(new RegExp(`,${NOW - DAY}$`));
    expect(passcodes().forget(null, NOW).state).toBe(`1,0,-,-,0,0,-,${NOW},-,-,-`);
  });

  it("of recovery codes too, and it says which codes they are", () => {
    const form = (bits: string, flags: string, count: number) =>
      `${NONCE}:${FINGERPRINT}:${NOW}:${bits}:${flags}:${Array<string>(count).fill(DIGEST).join(" ")}`;
    expect(generated).toMatch(new RegExp(`^${head}${form("24:120", "000", 3)}$`));
    expect(redeemed).toMatch(new RegExp(`^1,0,-,${NOW},0,0,-,-,${form("24:120", "100", 3)}$`));
    expect(adopted).toMatch(new RegExp(`,${form(":40", "00", 2)}$`));
    expect(failed).toMatch(new RegExp(`^1,1,${NOW},${NOW},2592000000,${NOW},-,-,${form(":40", "00", 2)}$`));
    expect(forgotten).toBe(`1,1,${NOW},${NOW},2592000000,${NOW},-,${NOW},-`);
    const short = drawRecoveryCodes({ count: 1, bits: 80 });
    expect(recovery().generate(null, { ...short, subject: "user-1", now: NOW }).state).toMatch(
      new RegExp(form("16:80", "0", 1)),
    );
  });

  it("holds digests that are made as the design says", () => {
    const [, codeDigest, context, transaction] =
      new RegExp(`(${DIGEST}):(${DIGEST}):(${DIGEST}):`).exec(String(sent)) ?? [];
    const parts = ["login", "user-1", first.nonce];
    expect(codeDigest).toBe(digest("sent-code/1", ...parts, first.code));
    expect(context).toBe(digest("sent-code-context/1", ...parts, "here"));
    expect(transaction).toBe(digest("sent-code-transaction/1", ...parts, "1250.00 EUR, Example Ltd"));
    const digests = set.codes.map((text) => digest("recovery-code/1", "user-1", set.nonce, text.replaceAll("-", "")));
    expect(generated?.endsWith(`:${digests.join(" ")}`)).toBe(true);
  });

  it("may be of the first moment of 1970", () => {
    expect(passcodes().forget(null, 0)).toMatchObject({ state: "1,0,-,-,0,0,-,0,-,-,-", expiresAt: DAY });
    expect(passcodes().send(null, { ...target, ...draw(), now: 0 }).outcome).toMatchObject({ ok: true });
  });

  it("holds a code for a day, and then it is unknown, whatever the store has dropped (trap 78)", () => {
    const late = (now: number) => passcodes().attempt(used, { ...target, code: third.code, now }).outcome;
    expect(late(NOW + 2000 + DAY - 1)).toMatchObject({ reason: "replayed" });
    expect(late(NOW + 2000 + DAY)).toMatchObject({ reason: "absent" });
  });

  it("has other digests under another pepper: without it there is nothing to try codes against (O12, trap 52)", () => {
    const digests = (fill: number) => {
      const policy = { pepper: new Uint8Array(32).fill(fill) };
      const machine = createPasscodeMachine({ ...policy, digits: 10 });
      const one = machine.send(null, { ...bound, ...first, now: NOW }).state;
      const ten = createRecoveryMachine(policy).generate(null, { ...set, subject: "user-1", now: NOW }).state;
      return `${one},${ten}`.match(new RegExp(DIGEST, "g")) ?? [];
    };
    // The codes and nonces are the same each time, so only the pepper differs.
    expect(digests(7)).toHaveLength(6);
    expect(digests(7)).toEqual(digests(7));
    expect(new Set([...digests(7), ...digests(8)]).size).toBe(12);
  });

  it("is short at its longest", () => {
    const machine = createPasscodeMachine({ pepper, digits: 10, resendAfterMs: 0, maxSends: 10, keep: 3 });
    let state: string | null = null;
    for (let i = 0; i < 10; i++) state = machine.send(state, { ...bound, ...draw(), now: NOW + i }).state;
    expect(state?.length).toBeLessThan(1500);
    const many = recovery().generate(null, { ...drawRecoveryCodes({ count: 20 }), subject: "user-1", now: NOW }).state;
    expect(many?.length).toBeLessThan(1300);
  });

  it("comes back as it was if nothing is decided", () => {
    for (const state of SENT.slice(0, -1)) {
      expect(passcodes().attempt(state, { ...target, code: "none", now: NOW + 30_000 }).state).toBe(state);
    }
    for (const state of RECOVERY) {
      expect(recovery().attempt(state, { subject: "user-1", code: "none", now: NOW }).state).toBe(state);
    }
    expect(passcodes().unlock(null, NOW).state).toBe(null);
    expect(recovery().unlock(null, NOW).state).toBe(null);
    expect(recovery().attempt(null, { subject: "user-1", code, now: NOW })).toMatchObject({
      state: null,
      outcome: { reason: "absent" },
    });
  });
});

/** The state of `of`, with one piece of it replaced: the first match, which has to be there. */
const edit = (of: string | null, from: string | RegExp, to: string) => {
  const text = String(of);
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`${from} is not in ${text}`);
  return edited;
};
const T = String(NOW);

const BAD_PASSCODES: readonly (readonly [string, string])[] = [
  ["the empty text", ""],
  ["JSON", "{}"],
  ["the state of recovery codes", String(generated)],
  ["a newer version", edit(sent, /^1/, "2")],
  ["a field less", edit(sent, /,-$/, "")],
  ["a field more", `${sent},-`],
  ["a short nonce", edit(sent, first.nonce, first.nonce.slice(1))],
  ["no nonce", edit(sent, first.nonce, "")],
  ["no fingerprint", edit(sent, FINGER, "")],
  ["a long fingerprint", edit(sent, FINGER, `${FINGER}A`)],
  ["no digest", edit(sent, new RegExp(DIGEST), "")],
  ["a short digest", edit(sent, new RegExp(`${FINGER}:.`), `${FINGER}:`)],
  ["a digest with bits to spare", edit(sent, /([A-Z2-7]{51})[AQ]:/, "$1B:")],
  ["a digest in lower case", edit(sent, new RegExp(DIGEST), (sent ?? "").toLowerCase().slice(0, 52))],
  ["a short digest of the context", edit(sent, new RegExp(`(${DIGEST}):.`), "$1:")],
  ["a piece less in a code", edit(sent, ":0:00", ":00")],
  ["a piece more in a code", edit(sent, ":0:00", ":0:00:0")],
  ["tries below 0", edit(sent, ":0:00", ":-1:00")],
  ["more tries than there are", edit(sent, ":0:00", ":11:00")],
  ["an unknown state", edit(sent, ":0:00", ":0:30")],
  ["a state below 0", edit(sent, ":0:00", ":0:-11")],
  ["a flag that is neither", edit(sent, ":0:00", ":0:02")],
  ["no flags", edit(sent, ":0:00", ":0:")],
  ["failures below 0", edit(tried, /^1,1,/, "1,-5,")],
  ["failures without a moment", edit(tried, `1,1,${T}`, "1,1,-")],
  ["a failure more than a hundred", edit(tried, /^1,1,/, "1,101,")],
  ["a failure before 1970", edit(tried, `1,1,${T}`, "1,1,-5")],
  ["an end before the beginning", edit(sent, `:${NOW + 300_000}:`, `:${NOW - 1}:`)],
  ["an end two days later", edit(sent, `:${NOW + 300_000}:`, `:${NOW + 2 * DAY}:`)],
  ["a code that was sent before 1970", edit(sent, `:${T}:`, ":-5:")],
  ["more codes than are remembered", edit(sent, /,([A-Z2-7]{20}.*:00),/, `,${"$1 ".repeat(6)}$1,`)],
  ["more sends than there are", edit(sent, /,\d+,-$/, `,${Array<string>(11).fill(T).join(" ")},-`)],
  ["sends in another order", edit(sent, /,\d+,-$/, `,${NOW - 1} ${NOW},-`)],
  ["a send that is not a number", edit(sent, /,\d+,-$/, `,${T} x,-`)],
  ["two spaces", edit(sent, /,\d+,-$/, `,${T}  ${T},-`)],
  ["a move before 1970", edit(sent, /,-$/, ",-5")],
  ["a leading zero", edit(sent, `:${T}:`, `:0${T}:`)],
  ["an exponent", edit(sent, `:${T}:`, ":18e11:")],
  ["an end of line", `${sent}\n`],
];

const BAD_RECOVERY: readonly (readonly [string, string])[] = [
  ["the empty text", ""],
  ["the state of sent codes", String(sent)],
  ["a newer version", edit(generated, /^1/, "2")],
  ["a field less", edit(forgotten, /,-$/, "")],
  ["a field more", `${generated},-`],
  ["no codes", edit(generated, /:000:.*$/, "::")],
  ["a piece less", edit(generated, /:000:.*$/, ":000")],
  ["a short digest", edit(generated, /.$/, "")],
  ["fewer flags than codes", edit(generated, ":000:", ":00:")],
  ["more flags than codes", edit(generated, ":000:", ":0000:")],
  ["a flag that is neither", edit(generated, ":000:", ":002:")],
  [
    "more codes than there are",
    edit(generated, /:000:.*$/, `:${"0".repeat(21)}:${Array<string>(21).fill(digest("x")).join(" ")}`),
  ],
  ["no moment", edit(generated, `:${T}:`, "::")],
  ["no fingerprint", edit(generated, FINGER, "")],
  ["no nonce", edit(generated, set.nonce, "")],
  ["a length of 0", edit(generated, ":24:", ":0:")],
  ["a length of 65", edit(generated, ":24:", ":65:")],
  ["bits below 0", edit(generated, ":120:", ":-1:")],
  ["more bits than there are", edit(generated, ":120:", ":401:")],
  ["no bits", edit(generated, ":120:", "::")],
  ["failures below 0", edit(failed, /^1,1,/, "1,-1,")],
  ["failures without a moment", edit(failed, `1,1,${T}`, "1,1,-")],
  ["a failure more than a hundred", edit(failed, /^1,1,/, "1,101,")],
];

const PASSCODE_READINGS = [
  ["send", (state: string) => passcodes().send(state, { ...target, ...draw(), now: NOW })],
  ["giveBack", (state: string) => passcodes().giveBack(state, { ...target, nonce: first.nonce, now: NOW })],
  ["attempt", (state: string) => passcodes().attempt(state, { ...target, code: "0000000000", now: NOW })],
  ["report", (state: string) => passcodes().report(state, NOW)],
  ["forget", (state: string) => passcodes().forget(state, NOW)],
  ["unlock", (state: string) => passcodes().unlock(state, NOW)],
  ["status", (state: string) => passcodes().status(state, NOW)],
] as const;
const RECOVERY_READINGS = [
  ["generate", (state: string) => recovery().generate(state, { ...set, subject: "user-1", now: NOW })],
  ["adopt", (state: string) => recovery().adopt(state, { ...set, subject: "user-1", now: NOW })],
  ["attempt", (state: string) => recovery().attempt(state, { subject: "user-1", code, now: NOW })],
  ["forget", (state: string) => recovery().forget(state, NOW)],
  ["unlock", (state: string) => recovery().unlock(state, NOW)],
  ["status", (state: string) => recovery().status(state, NOW)],
] as const;

describe("a state that is not ours", () => {
  it.each(BAD_PASSCODES)("is refused by every method of passcodes: %s", (_, state) => {
    for (const [name, read] of PASSCODE_READINGS) expect(() => read(state), name).toThrow(refusal("state-invalid"));
  });

  it.each(BAD_RECOVERY)("is refused by every method of recovery codes: %s", (_, state) => {
    for (const [name, read] of RECOVERY_READINGS) expect(() => read(state), name).toThrow(refusal("state-invalid"));
  });

  it("is refused whatever it is: only the text that is written is read", () => {
    const edited = fc
      .tuple(
        fc.constantFrom(...SENT, ...RECOVERY),
        fc.nat(400),
        fc.nat(3),
        fc.string({ unit: "grapheme", maxLength: 3 }),
      )
      .map(([state, at, length, text]) => state.slice(0, at) + text + state.slice(at + length));
    const number = "(0|[1-9]\\d*)";
    const moment = `(-|${number})`;
    const head = `1,${number},${moment},${moment},${number},${number},${moment},${moment}`;
    const one = `${NONCE}:${FINGERPRINT}:${DIGEST}:(${DIGEST})?:(${DIGEST})?:${number}:${number}:\\d+:[012][01]`;
    const sends = `(-|${number}( ${number})*)`;
    const codes = `${NONCE}:${FINGERPRINT}:${number}:(${number})?:${number}:[01]+:${DIGEST}( ${DIGEST})*`;
    const readers = [
      [passcodes().status, new RegExp(`^${head},(-|${one}( ${one})*),${sends},${moment}$`)],
      [recovery().status, new RegExp(`^${head},(-|${codes})$`)],
    ] as const;
    const law = fc.property(fc.oneof(edited, fc.string({ unit: "grapheme" })), (text) => {
      for (const [read, form] of readers) {
        try {
          read(text, NOW);
        } catch (error) {
          expect(error).toEqual(refusal("state-invalid"));
          continue;
        }
        // Numbers as they are printed and a dash for none: a text that is read is the one way to write what was read.
        expect(text).toMatch(form);
      }
    });
    fc.assert(law, { numRuns: 3000 });
  });

  it("stays in the store, and nothing is sent", async () => {
    for (const state of ["2,0,-,-,0,0,-,-,-,-,-", "1,totp,1,0,0,1,-,-"]) {
      let written = 0;
      const store: Store = { get: async () => `ABCDEFGHIJKLMNOP2345\n${state}`, swap: async () => ++written > 0 };
      const codes = createPasscodes({ store, pepper });
      const lists = createRecoveryCodes({ store, pepper });
      const calls = [
        codes.send({ ...target, deliver: () => written++ }),
        codes.attempt({ ...target, code: "000000" }),
        codes.verify({ ...target, code: "000000" }),
        codes.report(target),
        codes.forget(target),
        codes.unlock(target),
        codes.status(target),
        lists.generate("user-1"),
        lists.adopt({ subject: "user-1", codes: ["12345678"] }),
        lists.attempt({ subject: "user-1", code }),
        lists.verify({ subject: "user-1", code }),
        lists.forget("user-1"),
        lists.unlock("user-1"),
        lists.status("user-1"),
      ];
      for (const call of calls) await expect(call).rejects.toThrow(refusal("state-invalid"));
      expect(written).toBe(0);
    }
  });
});
