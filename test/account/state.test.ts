// The record: what stands in it, what never stands in it, how large it gets, and what is refused.
import { createTotpKey, encodeBase32 } from "otp-core";
import { createAccountMachine, createKeyBox, drawDeviceToken } from "otp-core/account";
import { createInbox } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { enrol, PEPPER, SEALING, SUBJECT, setUp } from "../support/accounts.ts";

const NOW = 1_800_000_000_000;

/** Every text in which a secret could stand: as it is, in hexadecimal, in base32, in base64, as a list of numbers. */
function spellings(secret: Uint8Array): string[] {
  const buffer = Buffer.from(secret);
  const texts = [buffer.toString("hex"), encodeBase32(secret), buffer.toString("base64url"), [...secret].join(",")];
  return texts.flatMap((text) => [text, text.toLowerCase()]).filter((text) => text.length >= 8);
}

describe("a record, an event and an error", () => {
  it("hold no key, code, token or pepper", async () => {
    const setting = setUp();
    const { accounts, clock, events, written } = setting;
    const secrets: string[] = [...spellings(PEPPER), ...spellings(SEALING)];
    const { phone } = await enrol(setting);
    const proposal = await accounts.propose({ subject: SUBJECT, issuer: "Example", account: "alice" });
    secrets.push(proposal.secret, proposal.secret.toLowerCase());
    const inbox = createInbox({ clock });
    await accounts.send({ subject: SUBJECT, purpose: "login", context: "attempt-1", deliver: inbox.deliver });
    const codes = await accounts.generateRecoveryCodes(SUBJECT);
    for (const code of codes) secrets.push(code, code.replaceAll("-", ""));
    for (let i = 0; i < 5; i++) {
      const code = await phone.freshCode();
      secrets.push(code);
      await accounts.verify({ subject: SUBJECT, code });
      const device = await accounts.trust({ subject: SUBJECT, label: `device ${i}` });
      clock.advance(86_400_000);
      const recognised = await accounts.recognise({ subject: SUBJECT, deviceToken: device?.deviceToken });
      for (const token of [device?.deviceToken, recognised?.deviceToken])
        secrets.push(String(token).split(".")[2] ?? "");
    }
    await accounts.verify({ subject: SUBJECT, code: codes[0] });
    const wrong = phone.wrong();
    await accounts.verify({ subject: SUBJECT, code: wrong });
    const broken = setUp({ store: setting.store, clock, seal: createKeyBox([{ id: "z", bytes: PEPPER }]) });
    const errors = await Promise.all([
      broken.accounts.verify({ subject: SUBJECT, code: wrong }).catch((error: Error) => error),
      accounts
        .send({ subject: SUBJECT, purpose: "pay", deliver: (code) => Promise.reject(new Error(`no ${code.length}`)) })
        .catch((error: Error) => error),
    ]);
    // Numbers in records and events are moments and counts of more or fewer than six digits, so a code would show.
    const texts = [
      ...written,
      JSON.stringify(events),
      ...errors.map((error) => `${(error as Error).message} ${JSON.stringify(error)}`),
    ];
    expect(written.length).toBeGreaterThan(15);
    const all = texts.join("\n").toLowerCase();
    for (const secret of [...secrets, wrong]) {
      const apart = new RegExp(
        `(?<![0-9a-z])${secret.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![0-9a-z])`,
      );
      expect(apart.test(all), secret.slice(0, 2)).toBe(false);
    }
  });
});

const policy = { pepper: PEPPER, seal: { seal: async () => "x".repeat(512), open: async () => new Uint8Array(20) } };

/** A record with every limit reached. */
async function largest(): Promise<string> {
  const machine = createAccountMachine({
    ...policy,
    sent: { keep: 3, maxSends: 10, resendAfterMs: 0 },
    recovery: { count: 20 },
  });
  const label = "L".repeat(64);
  const id = (i: number) => `${i}`.padEnd(64, "i");
  let state: string | null = null;
  let now = NOW;
  const step = async (next: { readonly state: string | null } | Promise<{ readonly state: string | null }>) => {
    state = (await next).state;
    now += 1000;
  };
  const key = createTotpKey({ issuer: "a", account: "b" });
  // The numbers of its steps have the most digits.
  const quick = { ...key, period: 1 };
  const removed = { subject: SUBJECT, authenticator: "removed" };
  await step(machine.adopt(state, { ...removed, key, after: Math.floor(NOW / 30_000), now }));
  await step(machine.remove(state, { ...removed, now }));
  for (let i = 0; i < 5; i++)
    await step(
      machine.adopt(state, { subject: SUBJECT, authenticator: id(i), key: quick, label, after: NOW / 1000, now }),
    );
  for (let i = 5; i < 8; i++) {
    const names = { issuer: "I".repeat(128), account: "A".repeat(128), domain: `${"d".repeat(60)}.com`, label };
    await step(machine.propose(state, { subject: SUBJECT, authenticator: id(i), secret: key.secret, ...names, now }));
  }
  const codes = Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(24, "0"));
  await step(machine.generateRecoveryCodes(state, { subject: SUBJECT, codes, nonce: "A".repeat(20), now }));
  for (let purpose = 0; purpose < 8; purpose++) {
    const transaction = { amount: "1.00", currency: "EUR", payee: "p" };
    for (let i = 0; i < 6; i++) {
      const binding = { subject: SUBJECT, purpose: `${purpose}`.padEnd(64, "p"), context: "c", transaction };
      await step(machine.send(state, { ...binding, code: "123456", nonce: `${"ABCDEF"[i]}`.padEnd(20, "A"), now }));
    }
  }
  for (let i = 0; i < 10; i++) {
    await step(machine.attempt(state, { subject: SUBJECT, code: codes[i], now }));
    await step(machine.trust(state, { subject: SUBJECT, label, deviceToken: drawDeviceToken(), now }));
  }
  return state ?? "";
}

const put = (texts: readonly string[], at: number, text: string) => texts.map((each, i) => (i === at ? text : each));

describe("the largest record", () => {
  it("stays below 16 KB, the store's own line included", async () => {
    const text = await largest();
    const status = createAccountMachine(policy).status(text, NOW + 200_000);
    expect(status).toMatchObject({
      authenticators: { length: 5 },
      devices: { length: 10 },
      proposals: { length: 3 },
      sent: { length: 8 },
    });
    console.log(`${text.length} characters`);
    expect(Buffer.byteLength(text) + 100).toBeLessThan(16_384);
  });
});

describe("a text that no account wrote", () => {
  it("is an error, and never nothing known", async () => {
    const text = await largest();
    const machine = createAccountMachine(policy);
    const lines = text.split("\n");
    const broken = [
      "",
      "2",
      text.replace(/^1,/, "2,"),
      `${text}\n`,
      `${text}\nz,1`,
      text.replace("x".repeat(512), "x".repeat(513)),
      [lines[1], lines[0], ...lines.slice(2)].join("\n"),
      [...lines, lines[1]].join("\n"),
      text.replace("totp", "otp"),
      text.replace("SHA1", "MD5"),
      5,
      {},
    ];
    for (const state of broken) {
      expect(() => machine.status(state as string, NOW), String(state).slice(0, 20)).toThrow(
        expect.objectContaining({ code: "state-invalid" }),
      );
    }
    // Each number of the record, changed to what no decision writes.
    for (const match of text.matchAll(/(?<=,)\d+(?=,|\n|$)/g)) {
      for (const other of ["-1", "NaN", "1e3", `0${match[0]}`]) {
        const changed = text.slice(0, match.index) + other + text.slice((match.index ?? 0) + match[0].length);
        expect(
          () => machine.status(changed, NOW),
          changed.slice(Math.max(0, (match.index ?? 0) - 20), (match.index ?? 0) + 5),
        ).toThrow();
      }
    }
  });

  it("is an error with one line more than a limit allows, and with one name twice", async () => {
    const machine = createAccountMachine(policy);
    const lines = (await largest()).split("\n");
    const refused = expect.objectContaining({ code: "state-invalid" });
    const status = (some: readonly string[]) => machine.status(some.join("\n"), NOW);
    for (const kind of ["a", "p", "s", "d"]) {
      const first = lines.findIndex((line) => line.startsWith(`${kind},`));
      const fields = (lines[first] as string).split(",");
      const renamed = put(fields, 1, "other".padEnd((fields[1] as string).length, "o")).join(",");
      // The name may be any other one.
      expect(() => status(put(lines, first, renamed)), kind).not.toThrow();
      // Each of these has one line of its kind too many.
      const more = [...lines.slice(0, first), renamed, ...lines.slice(first)];
      expect(() => status(more), kind).toThrow(refused);
      // Each of these is within the limits.
      const twice = put(lines, first + 1, lines[first] as string);
      expect(() => status(twice), kind).toThrow(refused);
    }
    const nameOf = (kind: string) => lines.find((line) => line.startsWith(`${kind},`))?.split(",")[1] as string;
    const proposal = lines.findIndex((line) => line.startsWith("p,"));
    const shared = put((lines[proposal] as string).split(","), 1, nameOf("a")).join(",");
    expect(() => status(put(lines, proposal, shared))).toThrow(refused);
  });

  it("is an error with any field that is absent, empty or left out, unless it is that of another record", async () => {
    const machine = createAccountMachine(policy);
    const lines = (await largest()).split("\n");
    const kinds = new Set<string>();
    let refusals = 0;
    for (const [i, line] of lines.entries()) {
      const fields = line.split(",");
      // One line of each kind.
      const kind = i === 0 ? "head" : (fields[0] ?? "");
      if (kinds.has(kind)) continue;
      kinds.add(kind);
      const changed = fields.flatMap((_, at) => [
        fields.slice(0, at),
        put(fields, at, "-"),
        put(fields, at, ""),
        [...fields.slice(0, at), ...fields.slice(at + 1)],
      ]);
      for (const other of changed) {
        const state = put(lines, i, other.join(",")).join("\n");
        try {
          // What is read is written as it was.
          expect(machine.revoke(state, { device: "none", now: NOW }).state).toBe(state);
        } catch (error) {
          expect(error, other.join(",")).toMatchObject({ code: "state-invalid" });
          refusals++;
        }
      }
    }
    expect([...kinds].sort()).toEqual(["a", "d", "head", "p", "r", "s", "x"]);
    expect(refusals).toBeGreaterThan(100);
  });

  it.each([[5], [{}], [[]], [true], [Number.NaN]])(
    "is an error that is not text, sooner or later: %s",
    async (value) => {
      const machine = createAccountMachine(policy);
      const state = value as unknown as string;
      const refused = expect.objectContaining({ code: "state-invalid" });
      expect(() => machine.unlock(state, NOW)).toThrow(refused);
      const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
      const adoption = { subject: SUBJECT, key, authenticator: "phone", now: NOW };
      await expect((async () => machine.adopt(state, adoption))()).rejects.toThrow(refused);
    },
  );

  it("stays the same text when nothing is decided", async () => {
    const text = await largest();
    const machine = createAccountMachine(policy);
    expect(machine.remove(text, { subject: SUBJECT, authenticator: "none", now: NOW }).state).toBe(text);
    expect(machine.revoke(text, { device: "none", now: NOW }).state).toBe(text);
    expect(machine.unlock(null, NOW).state).toBeNull();
  });
});
