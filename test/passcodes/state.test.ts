// The states of passcodes and of recovery codes are text of one form only: equal text, equal state, and anything else is refused
// and never "nothing known" (fail closed).
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
const passcodes = () => createPasscodeMachine({ pepper });
const recovery = () => createRecoveryMachine({ pepper });

const draw = drawPasscode();
const issued = passcodes().issue(null, { ...target, ...draw, now: NOW }).state;
const tried = passcodes().redeem(issued, { ...target, context: "other", code: draw.code, now: NOW }).state;
const used = passcodes().redeem(tried, { ...target, code: draw.code, now: NOW }).state;
const again = passcodes().issue(used, { ...target, ...drawPasscode(), now: NOW + 30_000 }).state;
const gone = `1,-,-,-,-,-,0,-,${NOW + 30_000} ${NOW}`;

const set = drawRecoveryCodes(3);
const [code = ""] = set.codes;
const generated = recovery().generate(null, { ...set, subject: "user-1", now: NOW }).state;
const failed = recovery().redeem(generated, { subject: "user-2", code, now: NOW }).state;
const redeemed = recovery().redeem(failed, { subject: "user-1", code, now: NOW }).state;
const forgotten = `1,-,-,-,-,1,${NOW}`;

const NONCE = "[A-Z2-7]{20}";
const DIGEST = "[A-Z2-7]{51}[AQ]";

/** DESIGN's words: HMAC-SHA-256 under the pepper over the length-prefixed UTF-8 parts. */
function sealed(...parts: readonly string[]): string {
  const signer = createHmac("sha256", pepper);
  for (const part of parts) {
    const bytes = Buffer.from(part, "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    signer.update(length).update(bytes);
  }
  return encodeBase32(signer.digest());
}

describe("a state that is ours", () => {
  it("of a passcode is text of one version: nonce, digest, times and counts, and neither code nor pepper", () => {
    const until = NOW + 300_000;
    const sealed = `${NONCE},${DIGEST}`;
    expect(issued).toMatch(new RegExp(`^1,${sealed},${until},0,0,0,-,${NOW}$`));
    expect(tried).toMatch(new RegExp(`^1,${sealed},${until},1,0,1,${NOW},${NOW}$`));
    expect(used).toMatch(new RegExp(`^1,${sealed},${until},1,1,0,-,${NOW}$`));
    expect(again).toMatch(new RegExp(`^1,${sealed},${until + 30_000},0,0,0,-,${NOW + 30_000} ${NOW}$`));
    expect(passcodes().forget(again, NOW + 30_000).state).toBe(gone);
    expect(passcodes().forget(null, NOW).state).toBe("1,-,-,-,-,-,0,-,-");
  });

  it("of recovery codes too", () => {
    expect(generated).toMatch(new RegExp(`^1,${NONCE},${NOW},${DIGEST} ${DIGEST} ${DIGEST},000,0,-$`));
    expect(failed).toMatch(/,000,1,1800000000000$/);
    expect(redeemed).toMatch(/,100,0,-$/);
    expect(recovery().forget(failed, NOW).state).toBe(forgotten);
  });

  it("holds digests that are made as it is said: what an older release stored is redeemed", () => {
    const made = (context?: string) =>
      passcodes()
        .issue(null, { ...target, ...draw, context, now: NOW })
        .state?.split(",")[2];
    expect(made()).toBe(sealed("passcode/1", "login", "user-1", draw.nonce, draw.code));
    expect(made("here")).toBe(sealed("passcode/1", "login", "user-1", "here", draw.nonce, draw.code));
    const { state } = recovery().generate(null, { ...set, subject: "user-1", now: NOW });
    const digests = set.codes.map((text) => sealed("recovery/1", "user-1", set.nonce, text.replaceAll("-", "")));
    expect(state?.split(",")[3]).toBe(digests.join(" "));
  });

  it("may be of the first moment of 1970", () => {
    expect(passcodes().forget(null, 0)).toMatchObject({ state: "1,-,-,-,-,-,0,-,-", expiresAt: DAY });
    expect(passcodes().issue(null, { ...target, ...draw, now: 0 }).outcome).toMatchObject({ ok: true });
  });

  it("holds a code for a day, and then it is none, whatever the store has dropped (trap 78)", () => {
    const late = (now: number) => passcodes().redeem(used, { ...target, code: draw.code, now }).outcome.reason;
    expect(late(NOW + DAY - 1)).toBe("replayed");
    expect(late(NOW + DAY)).toBe("absent");
  });

  it("has other digests under another pepper: without it there is nothing to try codes against (O12, trap 52)", () => {
    const digests = (fill: number) => {
      const policy = { pepper: new Uint8Array(32).fill(fill) };
      const one = createPasscodeMachine(policy).issue(null, { ...target, ...draw, now: NOW }).state;
      const ten = createRecoveryMachine(policy).generate(null, { ...set, subject: "user-1", now: NOW }).state;
      return `${one},${ten}`.match(new RegExp(DIGEST, "g")) ?? [];
    };
    // The codes and nonces are the same each time, so all that differs is the pepper.
    expect(digests(7)).toHaveLength(4);
    expect(digests(7)).toEqual(digests(7));
    expect(new Set([...digests(7), ...digests(8)]).size).toBe(8);
  });

  it("is under 16 KB at its longest", () => {
    const many = recovery().generate(null, { ...drawRecoveryCodes(50), subject: "user-1", now: NOW }).state;
    expect(many?.length).toBeLessThan(4000);
  });

  it("comes back as it was where nothing is decided", () => {
    for (const state of [issued, tried, used, again, gone]) {
      expect(passcodes().redeem(state, { ...target, code: "none", now: NOW + 30_000 }).state).toBe(state);
    }
    for (const state of [generated, failed, redeemed, forgotten]) {
      expect(recovery().redeem(state, { subject: "user-1", code: "none", now: NOW }).state).toBe(state);
    }
    expect(passcodes().unlock(null, NOW).state).toBe(null);
    expect(recovery().unlock(null, NOW).state).toBe(null);
  });
});

const [nonce = "", digest = ""] = (issued ?? "").split(",").slice(1);
const T = String(NOW);

const BAD_PASSCODES: readonly (readonly [string, string])[] = [
  ["the empty text", ""],
  ["JSON", "{}"],
  ["the state of a guard", "1,totp,1,0,0,1,-,-"],
  ["the state of recovery codes", generated ?? ""],
  ["a newer version", `2,${nonce},${digest},${T},0,0,0,-,${T}`],
  ["a field less", `1,${nonce},${digest},${T},0,0,0,-`],
  ["a field more", `1,${nonce},${digest},${T},0,0,0,-,${T},-`],
  ["a short nonce", `1,${nonce.slice(1)},${digest},${T},0,0,0,-,${T}`],
  ["no digest", `1,${nonce},-,${T},0,0,0,-,${T}`],
  ["a digest without a nonce", `1,-,${digest},${T},0,0,0,-,${T}`],
  ["a short digest", `1,${nonce},${digest.slice(1)},${T},0,0,0,-,${T}`],
  ["a digest with bits to spare", `1,${nonce},${digest.slice(0, 51)}B,${T},0,0,0,-,${T}`],
  ["a digest in lower case", `1,${nonce},${digest.toLowerCase()},${T},0,0,0,-,${T}`],
  ["tries below nought", `1,${nonce},${digest},${T},-1,0,0,-,${T}`],
  ["more tries than there are", `1,${nonce},${digest},${T},11,0,0,-,${T}`],
  ["a use that is neither", `1,${nonce},${digest},${T},0,2,0,-,${T}`],
  ["failures below nought", `1,${nonce},${digest},${T},0,0,-5,${T},${T}`],
  ["failures without a moment", `1,${nonce},${digest},${T},0,0,5,-,${T}`],
  ["a moment without failures", `1,${nonce},${digest},${T},0,0,0,${T},${T}`],
  ["a failure more than a hundred", `1,${nonce},${digest},${T},0,0,101,${T},${T}`],
  ["a failure before 1970", `1,${nonce},${digest},${T},0,0,1,-5,${T}`],
  ["an end before the beginning", `1,${nonce},${digest},${NOW - 1},0,0,0,-,${T}`],
  ["an end two days later", `1,${nonce},${digest},${NOW + 2 * DAY},0,0,0,-,${T}`],
  ["a code that was never sent", `1,${nonce},${digest},${T},0,0,0,-,-`],
  ["more sends than there are", `1,${nonce},${digest},${T},0,0,0,-,${Array<string>(11).fill(T).join(" ")}`],
  ["sends in another order", `1,${nonce},${digest},${T},0,0,0,-,${NOW - 1} ${NOW}`],
  ["a send that is no number", `1,${nonce},${digest},${T},0,0,0,-,${T} x`],
  ["two spaces", `1,${nonce},${digest},${T},0,0,0,-,${T}  ${T}`],
  ["a leading zero", `1,${nonce},${digest},0${T},0,0,0,-,${T}`],
  ["an exponent", `1,${nonce},${digest},18e11,0,0,0,-,${T}`],
  ["a line end", `${issued}\n`],
];

const BAD_RECOVERY: readonly (readonly [string, string])[] = [
  ["the empty text", ""],
  ["the state of a passcode", issued ?? ""],
  ["a newer version", `2,${nonce},${T},${digest},0,0,-`],
  ["a field less", `1,${nonce},${T},${digest},0,0`],
  ["a field more", `1,${nonce},${T},${digest},0,0,-,-`],
  ["no codes", `1,${nonce},${T},-,-,0,-`],
  ["empty codes", `1,${nonce},${T},,,0,-`],
  ["a short digest", `1,${nonce},${T},${digest.slice(1)},0,0,-`],
  ["fewer flags than codes", `1,${nonce},${T},${digest} ${digest},0,0,-`],
  ["more flags than codes", `1,${nonce},${T},${digest},00,0,-`],
  ["a flag that is neither", `1,${nonce},${T},${digest},2,0,-`],
  ["more codes than there are", `1,${nonce},${T},${Array<string>(51).fill(digest).join(" ")},${"0".repeat(51)},0,-`],
  ["no moment", `1,${nonce},-,${digest},0,0,-`],
  ["failures below nought", `1,${nonce},${T},${digest},0,-1,${T}`],
  ["failures without a moment", `1,${nonce},${T},${digest},0,1,-`],
  ["a failure more than a hundred", `1,${nonce},${T},${digest},0,101,${T}`],
  ["a failure before 1970", `1,${nonce},${T},${digest},0,1,-5`],
];

const PASSCODE_READINGS = [
  ["issue", (state: string) => passcodes().issue(state, { ...target, ...drawPasscode(), now: NOW })],
  ["redeem", (state: string) => passcodes().redeem(state, { ...target, code: "000000", now: NOW })],
  ["forget", (state: string) => passcodes().forget(state, NOW)],
  ["unlock", (state: string) => passcodes().unlock(state, NOW)],
  ["status", (state: string) => passcodes().status(state, NOW)],
] as const;
const RECOVERY_READINGS = [
  ["generate", (state: string) => recovery().generate(state, { ...drawRecoveryCodes(), subject: "user-1", now: NOW })],
  ["redeem", (state: string) => recovery().redeem(state, { subject: "user-1", code, now: NOW })],
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

  it("is refused whatever it is: no other text than the one that is written is read", () => {
    const states = [issued, tried, used, again, gone, generated, failed, redeemed, forgotten].map(String);
    const edited = fc
      .tuple(fc.constantFrom(...states), fc.nat(120), fc.nat(3), fc.string({ unit: "grapheme", maxLength: 3 }))
      .map(([state, at, length, text]) => state.slice(0, at) + text + state.slice(at + length));
    const number = "(0|[1-9]\\d*)";
    const failures = `(0,-|[1-9]\\d*,${number})`;
    const codePart = `(-,-,-,-,-|${NONCE},${DIGEST},${number},\\d+,[01])`;
    const setPart = `(-,-,-,-|${NONCE},${number},${DIGEST}( ${DIGEST})*,[01]+)`;
    const readers = [
      [passcodes().status, new RegExp(`^1,${codePart},${failures},(-|${number}( ${number})*)$`)],
      [recovery().status, new RegExp(`^1,${setPart},${failures}$`)],
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

  it("stays in the store, whoever wrote it", async () => {
    for (const state of ["2,-,-,-,-,-,0,-,-", "1,totp,1,0,0,1,-,-"]) {
      let written = 0;
      const store: Store = { get: async () => `ABCDEFGHIJKLMNOP2345\n${state}`, swap: async () => ++written > 0 };
      const codes = createPasscodes({ store, pepper });
      const lists = createRecoveryCodes({ store, pepper });
      const calls = [
        codes.issue({ ...target, deliver: () => written++ }),
        codes.redeem({ ...target, code: "000000" }),
        codes.forget(target),
        codes.unlock(target),
        codes.status(target),
        lists.generate("user-1"),
        lists.redeem({ subject: "user-1", code }),
        lists.forget("user-1"),
        lists.unlock("user-1"),
        lists.status("user-1"),
      ];
      for (const call of calls) await expect(call).rejects.toThrow(refusal("state-invalid"));
      expect(written).toBe(0);
    }
  });
});
