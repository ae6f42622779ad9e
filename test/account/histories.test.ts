// Whatever happens to one user's account, in whatever order: the machine and the service do what the model does.
import fc from "fast-check";
import { type TotpKey, totp } from "otp-core";
import { type AccountAttempt, createAccountMachine, createAccounts, type Seal } from "otp-core/account";
import { drawPasscode } from "otp-core/passcodes";
import { drawRecoveryCodes } from "otp-core/recovery";
import { memoryStore } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { AccountModel, MODEL_POLICY } from "../support/account-model.ts";
import { PEPPER, START, SUBJECT } from "../support/accounts.ts";

const DAY = 86_400_000;
const TARGET = { subject: SUBJECT, purpose: "login" };
/** It hides nothing, because these histories are about decisions. test/account/key-box.test.ts proves the key box. */
const seal: Seal = {
  seal: async (secret) => [...secret].join("."),
  open: async (sealed) => Uint8Array.from(sealed.split("."), Number),
};

interface Act {
  readonly act: string;
  /** Which phone, proposal, code or device, of all that there ever were. The newest is 0. */
  readonly which: number;
  readonly isRight: boolean;
  readonly onDevice: boolean;
  readonly ms: number;
}

interface Browser {
  readonly device: string;
  /** Every token that it was given. The newest is the last. */
  readonly tokens: string[];
}

/** One user: the service, the machine in step with it, and the model if the history is short enough for it. */
class Life {
  readonly #clock = fakeClock(START);
  readonly #policy = { ...MODEL_POLICY, pepper: PEPPER, seal };
  readonly #accounts = createAccounts({ ...this.#policy, store: memoryStore({ clock: () => 0 }), clock: this.#clock });
  readonly #machine = createAccountMachine(this.#policy);
  readonly #model: AccountModel | null;
  #state: string | null = null;
  #expiresAt: number | null = null;
  #keys: (readonly [string, TotpKey<string>])[] = [];
  #recoveryCodes: readonly string[] = [];
  #browsers: Browser[] = [];
  #code = "";
  /** Every code of a phone that was accepted, however it was typed. */
  readonly #accepted = new Set<string>();
  readonly seen: Record<string, number> = {};

  constructor(hasModel: boolean) {
    this.#model = hasModel ? new AccountModel() : null;
  }

  async live({ act, which, isRight, onDevice, ms }: Act): Promise<void> {
    if (act === "tick") {
      // The model knows no leaking failures.
      if (this.#model === null || this.#clock() + ms < START + 2.9 * DAY) this.#clock.advance(ms);
      return;
    }
    this.#drop();
    const now = this.#clock();
    const [accounts, machine, model, state] = [this.#accounts, this.#machine, this.#model, this.#state];
    const [authenticator = "none", key] = this.#keys[which % Math.max(1, this.#keys.length)] ?? [];
    const browser = this.#browsers[which % Math.max(1, this.#browsers.length)];
    const token = isRight ? browser?.tokens.at(-1) : browser?.tokens[0];
    const target = { subject: SUBJECT, authenticator };
    switch (act) {
      case "propose": {
        const request = { subject: SUBJECT, issuer: "Example", account: "alice", digits: 8 };
        const proposal = await accounts.propose(request);
        const { authenticator, secret } = proposal;
        this.#follow(await machine.propose(state, { ...request, authenticator, secret, now }), proposal);
        model?.propose(authenticator, now);
        this.#keys.unshift([authenticator, { type: "totp", secret, digits: 8 }]);
        break;
      }
      case "confirm": {
        const replaces = onDevice ? this.#keys[which + 1]?.[0] : undefined;
        const code = isRight && key ? totp(key, { now }) : this.#wrong(now);
        const request = { ...target, code, replaces };
        const confirmed = await accounts.confirm(request);
        this.#follow(await machine.confirm(state, { ...request, now }), confirmed);
        if (model)
          expect(confirmed !== null).toBe(model.confirm(authenticator, replaces, isRight && key !== undefined, now));
        if (confirmed !== null && key) this.#accept(key, now);
        this.#note(`confirmed ${confirmed !== null}${replaces === undefined ? "" : " for another"}`);
        break;
      }
      case "remove": {
        const removed = await accounts.remove(target);
        this.#follow(machine.remove(state, { ...target, now }), removed);
        if (model) expect(removed).toBe(model.remove(authenticator, now));
        break;
      }
      case "phone": {
        const deviceToken = onDevice ? token : undefined;
        const attempt = { subject: SUBJECT, code: isRight && key ? totp(key, { now }) : this.#wrong(now), deviceToken };
        const device = this.#presentOf(deviceToken, now, false)?.device ?? null;
        // A phone that was adopted under another id shows the codes of all its ids.
        const twin = this.#twinOf(authenticator) ?? authenticator;
        const outcome = await this.#attempt(attempt, () => model?.typePhone(isRight ? twin : null, device, now));
        if (outcome.ok && key) this.#accept(key, now);
        break;
      }
      case "adopt": {
        if (!key) break;
        const id = onDevice ? authenticator : `adopted-${this.#keys.length}`;
        const request = { subject: SUBJECT, authenticator: id, key };
        const expected = model?.adopt(id, this.#twinOf(authenticator), now);
        const adopting = accounts.adopt(request);
        if (expected === null) {
          await expect(adopting).rejects.toMatchObject({ code: "invalid-argument" });
          await expect(machine.adopt(state, { ...request, now })).rejects.toMatchObject({ code: "invalid-argument" });
          break;
        }
        const adopted = await adopting.catch(() => null);
        if (adopted === null) break;
        this.#follow(await machine.adopt(state, { ...request, now }), adopted);
        if (model) expect(adopted).toEqual({ authenticator: expected });
        if (!this.#keys.some(([known]) => known === id)) this.#keys.unshift([id, key]);
        this.#note(adopted.authenticator === id ? "adopted" : "adopted again");
        break;
      }
      case "resync": {
        const first = [0, 3, 15][which] ?? 0;
        const codeAt = (steps: number) => (key ? totp(key, { now: now + steps * 30_000 }) : this.#wrong(now));
        const codes = isRight ? ([codeAt(first), codeAt(first + 1)] as const) : ([codeAt(500), codeAt(501)] as const);
        const resynced = await accounts.resync({ ...target, codes });
        this.#follow(await machine.resync(state, { ...target, codes, now }), resynced);
        if (model) expect(resynced).toBe(model.resync(authenticator, isRight && key ? first : null, now));
        if (resynced && key) for (const steps of [first, first + 1]) this.#accept(key, now + steps * 30_000);
        this.#note(`resynced ${resynced}`);
        break;
      }
      case "diagnose": {
        const code = isRight && key ? totp(key, { now: now + 9 * 30_000 }) : this.#wrong(now);
        const diagnosis = await accounts.diagnose({ ...target, code });
        this.#follow(await machine.diagnose(state, { ...target, code, now }), diagnosis);
        model?.diagnose(authenticator);
        this.#note(`diagnosed ${diagnosis !== null}`);
        break;
      }
      case "report":
        await accounts.report(TARGET);
        this.#follow(machine.report(state, { ...TARGET, now }), undefined);
        model?.report();
        this.#code = "";
        break;
      case "revoke": {
        const device = browser?.device ?? "a".repeat(16);
        const revoked = await accounts.revoke({ subject: SUBJECT, device });
        this.#follow(machine.revoke(state, { device, now }), revoked);
        if (model) {
          expect(revoked).toBe(model.devices.some((each) => each.device === device));
          model.devices = model.devices.filter((each) => each.device !== device);
        }
        this.#note(`revoked ${revoked}`);
        break;
      }
      case "reseal":
        this.#follow(await machine.reseal(state, { subject: SUBJECT, now }), await accounts.reseal(SUBJECT));
        break;
      case "adoptCodes": {
        this.#recoveryCodes = drawRecoveryCodes().codes;
        const codes = this.#recoveryCodes;
        await accounts.adoptRecoveryCodes({ subject: SUBJECT, codes });
        const { nonce } = drawRecoveryCodes();
        this.#follow(machine.adoptRecoveryCodes(state, { codes, nonce, subject: SUBJECT, now }), undefined);
        if (model) [model.recovery, model.isAdopted] = [codes.map(() => false), true];
        break;
      }
      case "recovery": {
        const code = this.#recoveryCodes[which] ?? "0000-0000-0000-0000-0000-0000";
        await this.#attempt({ subject: SUBJECT, code }, () => model?.typeRecovery(which, now));
        break;
      }
      case "codes": {
        this.#recoveryCodes = await accounts.generateRecoveryCodes(SUBJECT);
        const draw = { nonce: drawRecoveryCodes().nonce, codes: this.#recoveryCodes };
        this.#follow(machine.generateRecoveryCodes(state, { ...draw, subject: SUBJECT, now }), undefined);
        if (model) [model.recovery, model.isAdopted] = [this.#recoveryCodes.map(() => false), false];
        break;
      }
      case "send": {
        const drawn = drawPasscode();
        const delivered: string[] = [];
        const sent = await accounts.send({ ...TARGET, deliver: (code) => void delivered.push(code) });
        const { nonce } = drawn;
        const [code = drawn.code] = delivered;
        const { state: next, expiresAt, outcome } = machine.send(state, { ...TARGET, code, nonce, now });
        [this.#state, this.#expiresAt] = [next, expiresAt];
        expect(sent).toMatchObject(outcome);
        if (model) expect(sent.ok ? "ok" : sent.reason).toBe(model.send(now));
        if (sent.ok) this.#code = code;
        this.#note(`send ${sent.ok}`);
        break;
      }
      case "sent": {
        const deviceToken = onDevice ? token : undefined;
        const isSent = isRight && this.#code !== "";
        const other = this.#code.startsWith("0") ? "111111" : "000000";
        const code = isSent ? this.#code : other;
        const device = this.#presentOf(deviceToken, now, false)?.device ?? null;
        await this.#attempt({ ...TARGET, code, deviceToken }, () => model?.typeSent(isSent, device, now));
        break;
      }
      case "trust": {
        const trusted = await accounts.trust({ subject: SUBJECT });
        if (model) expect(trusted !== null).toBe(model.isTrustable(now));
        const deviceToken = trusted?.device ?? "a".repeat(16);
        this.#follow(machine.trust(state, { subject: SUBJECT, deviceToken, now }), trusted);
        this.#note(`trusted ${trusted !== null}`);
        if (trusted === null) break;
        model?.trust(trusted.device, now);
        this.#browsers.unshift({ device: trusted.device, tokens: [trusted.deviceToken] });
        break;
      }
      case "recognise": {
        const request = { subject: SUBJECT, deviceToken: token };
        const known = await accounts.recognise(request);
        this.#follow(machine.recognise(state, { ...request, now }), known);
        const expected = this.#presentOf(token, now, true);
        if (model) {
          const generation = known?.deviceToken?.split(".")[1];
          expect(known === null ? null : (generation ?? null)).toBe(expected?.handOut?.toString() ?? null);
          expect(known?.device).toBe(expected?.device);
        }
        if (known?.deviceToken) browser?.tokens.push(known.deviceToken);
        this.#note(`recognised ${known !== null}${known?.deviceToken ? " anew" : ""}`);
        break;
      }
      case "revokeAll":
      case "unlock":
      case "forget":
        await accounts[act](SUBJECT);
        this.#follow(machine[act](state, now), undefined);
        if (act === "revokeAll") model?.revokeAll();
        if (act === "unlock") model?.unlock();
        if (act === "forget") model?.forget(now);
        break;
    }
    await this.#compare();
  }

  /** The record is dropped as soon as it may be. Only the machine's: nothing that it answers may change. */
  #drop(): void {
    if (this.#expiresAt === null || this.#expiresAt >= this.#clock()) return;
    if (this.#state !== null) this.#note("dropped");
    [this.#state, this.#expiresAt] = [null, null];
  }

  #follow(step: { state: string | null; expiresAt: number | null; outcome: unknown }, answered: unknown): void {
    expect(step.outcome).toEqual(answered);
    [this.#state, this.#expiresAt] = [step.state, step.expiresAt];
  }

  async #attempt(attempt: AccountAttempt, judge: () => string | undefined) {
    const outcome = await this.#accounts.attempt(attempt);
    this.#follow(await this.#machine.attempt(this.#state, { ...attempt, now: this.#clock() }), outcome);
    const name = outcome.ok ? "ok" : outcome.reason;
    expect(name).toBe(judge() ?? name);
    this.#note(name);
    return outcome;
  }

  /** No code of a phone is ever accepted a second time, whatever support has done in between. */
  #accept({ secret }: TotpKey<string>, now: number): void {
    const code = `step ${Math.floor(now / 30_000)} of ${secret}`;
    expect(this.#accepted, code).not.toContain(code);
    this.#accepted.add(code);
  }

  /** The phone or the waiting proposal, under whatever id, that has the secret of this one. */
  #twinOf(authenticator: string): string | undefined {
    const model = this.#model;
    const secret = this.#keys.find(([known]) => known === authenticator)?.[1].secret;
    const alike = this.#keys.filter(([, key]) => key.secret === secret).map(([id]) => id);
    return (
      alike.find((id) => model?.phones.has(id)) ?? alike.find((id) => this.#clock() < (model?.proposals.get(id) ?? 0))
    );
  }

  #presentOf(token: string | undefined, now: number, mayRotate: boolean) {
    const [device = "", generation] = token?.split(".") ?? [];
    return this.#model?.present(device, Number(generation), now, mayRotate) ?? null;
  }

  async #compare(): Promise<void> {
    const now = this.#clock();
    // The moments that are only for the eye go with the record.
    const { acceptedAt: _, failedAt: __, forgottenAt: ___, ...status } = await this.#accounts.status(SUBJECT);
    const {
      acceptedAt: ____,
      failedAt: _____,
      forgottenAt: ______,
      ...ofMachine
    } = this.#machine.status(this.#state, now);
    expect(ofMachine).toEqual(status);
    const model = this.#model;
    if (model === null) return;
    expect({
      phones: status.authenticators.map(({ authenticator }) => authenticator),
      proposals: status.proposals.map(({ authenticator }) => authenticator),
      recovery: status.recoveryCodes.remaining,
      devices: status.devices.map(({ device }) => device),
      failures: status.failures,
      month: status.monthlyFailures,
    }).toEqual({
      phones: [...model.phones.keys()],
      proposals: [...model.proposals].flatMap(([authenticator, until]) => (now < until ? [authenticator] : [])),
      recovery: (model.recovery ?? []).filter((used) => !used).length,
      devices: model.devices.map(({ device }) => device),
      failures: model.failures,
      month: model.month,
    });
  }

  /** A code that no phone and no proposal shows. */
  #wrong(now: number): string {
    const shown = this.#keys.flatMap(([, key]) => [-1, 0, 1].map((steps) => totp(key, { now: now + steps * 30_000 })));
    for (let i = 0; ; i++) {
      const code = String(i).padStart(8, "0");
      if (!shown.includes(code)) return code;
    }
  }

  #note(name: string): void {
    this.seen[name] = (this.seen[name] ?? 0) + 1;
  }
}

const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("propose", "confirm", "confirm", "phone", "phone", "phone", "tick", "tick") },
  { weight: 3, arbitrary: fc.constantFrom("trust", "recognise", "recognise", "send", "sent", "recovery") },
  { weight: 2, arbitrary: fc.constantFrom("adopt", "adopt", "resync", "diagnose", "remove") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("codes", "adoptCodes", "unlock", "forget", "revokeAll", "revoke", "report", "reseal"),
  },
);
const historiesOf = (ms: fc.Arbitrary<number>, act = name) =>
  fc.array(fc.record({ act, which: fc.nat({ max: 2 }), isRight: fc.boolean(), onDevice: fc.boolean(), ms }), {
    minLength: 1,
    maxLength: 80,
    size: "max",
  });

describe("the history of an account", () => {
  it("is that of the model", async () => {
    const seen: Record<string, number> = {};
    const ms = fc.constantFrom(1, 29_999, 30_000, 31_000, 60_000, 300_000, 900_000, DAY / 2, DAY);
    const law = fc.asyncProperty(historiesOf(ms), async (history) => {
      const life = new Life(true);
      for (const act of history) await life.live(act);
      for (const [name, times] of Object.entries(life.seen)) seen[name] = (seen[name] ?? 0) + times;
    });
    await fc.assert(law, { numRuns: 300 });
    // Histories in which nothing happens prove nothing.
    for (const name of ["ok", "mismatch", "replayed", "absent", "malformed"])
      expect(seen[name], name).toBeGreaterThan(50);
    for (const name of ["confirmed true", "confirmed true for another", "confirmed false", "trusted true", "send true"])
      expect(seen[name], name).toBeGreaterThan(10);
    for (const name of ["adopted", "adopted again", "resynced true", "diagnosed true"])
      expect(seen[name], name).toBeGreaterThan(10);
    for (const name of ["throttled", "revoked true", "recognised true", "recognised true anew"])
      expect(seen[name], name).toBeGreaterThan(0);
  });

  it("is the same whether or not the store drops what has expired", async () => {
    let drops = 0;
    const ms = fc.constantFrom(30_000, 900_000, DAY, 20 * DAY, 45 * DAY);
    const law = fc.asyncProperty(historiesOf(ms), async (history) => {
      const life = new Life(false);
      for (const act of history) await life.live(act);
      drops += life.seen.dropped ?? 0;
    });
    await fc.assert(law, { numRuns: 200 });
    expect(drops).toBeGreaterThan(20);
  });
});
