// No code and no pepper in anything but what `deliver` and `generate` hand out: events, verdicts, statuses, errors, what a logger
// makes of them, and every text that a store sees are searched for each of them, in every form it could take.
import { inspect } from "node:util";
import { createPasscodes } from "otp-core/passcodes";
import { createRecoveryCodes } from "otp-core/recovery";
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { expect, it, vi } from "vitest";

const NOW = 1_800_000_000_000;

/** Everything that anyone apart from the user can see, as bytes. */
class Trail {
  #bytes: Buffer[] = [];

  note(...values: readonly unknown[]): void {
    for (const value of values) {
      const options = { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null } as const;
      // As it is printed, as it is serialised, and as a template makes text of it.
      const texts = [inspect(value, options), JSON.stringify(value) ?? "", String(value)];
      this.#bytes.push(Buffer.from(texts.join("\n"), "utf8"));
    }
  }

  holds(secret: Buffer): boolean {
    return this.#bytes.some((bytes) => bytes.includes(secret));
  }

  get size(): number {
    return this.#bytes.reduce((sum, { length }) => sum + length, 0);
  }
}

/** The forms in which bytes could have been written down. */
function forms(secret: Uint8Array): Buffer[] {
  const bytes = Buffer.from(secret);
  const texts = [
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    [...bytes].join(","),
    [...bytes].join(", "),
  ];
  return [bytes, ...texts.map((text) => Buffer.from(text, "utf8"))];
}

function watched(trail: Trail, store: Store): Store {
  return {
    get: async (key) => {
      const text = await store.get(key);
      trail.note(key, text);
      return text;
    },
    swap: async (...swap) => {
      trail.note(...swap);
      return store.swap(...swap);
    },
  };
}

/** What a call comes to, whatever it is. */
async function noted(trail: Trail, call: Promise<unknown>): Promise<void> {
  try {
    trail.note(await call);
  } catch (error) {
    trail.note(error, (error as Error).message, (error as Error).stack, (error as Error).cause);
  }
}

/** Of ten symbols, so that none is found by chance in a time or a digest: that happens once in a million runs. */
const FORMATS = [{ digits: 10 }, { characters: 10 }] as const;

it.each(FORMATS)("of codes that are sent: %o (O2, O10, trap 55)", async (format) => {
  const trail = new Trail();
  const spies = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...values) => trail.note(...values)),
  );
  const clock = fakeClock(NOW);
  const peppers = [11, 12].map((seed) => Uint8Array.from({ length: 40 }, (_, i) => (seed * 37 + i * 101) % 256));
  const [newest = new Uint8Array(), older = new Uint8Array()] = peppers;
  const store = watched(trail, memoryStore({ clock }));
  const onEvent = (event: unknown) => trail.note(event);
  const passcodes = createPasscodes({ ...format, store, clock, onEvent, pepper: [newest, older], triesPerCode: 2 });
  const target = { subject: "user-1", purpose: "login" };
  const codes: string[] = [];
  // Gateways answer with what they were sent.
  const deliver = (code: string) => {
    codes.push(code);
    return codes.length % 2 === 0 ? code : `sent ${code.slice(0, 5).toLowerCase()}-${code.slice(5)}`;
  };

  trail.note(passcodes);
  await noted(trail, passcodes.send({ ...target, deliver }));
  await noted(trail, passcodes.send({ ...target, deliver }));
  const attempt = (code: unknown, context?: string) => noted(trail, passcodes.attempt({ ...target, context, code }));
  await attempt(codes[0], "another");
  await attempt(codes[0]);
  await attempt(codes[0]);
  clock.advance(60_000);
  await noted(trail, passcodes.send({ ...target, deliver }));
  for (let i = 0; i < 7; i++) await attempt(codes[1], "another");
  await noted(trail, passcodes.status(target));
  await noted(trail, passcodes.unlock(target));
  clock.advance(60_000);
  const failing = (code: string) => {
    codes.push(code);
    throw new Error("the gateway is down");
  };
  await noted(trail, passcodes.send({ ...target, deliver: failing }));
  clock.advance(3_600_000);
  await attempt(codes[2]);
  await noted(trail, passcodes.forget(target));
  await attempt(codes[2]);
  await noted(trail, passcodes.report(target));
  // What a programmer does wrong, with a code in hand.
  await attempt([codes[2]]);
  const [, , code = ""] = codes;
  await noted(trail, passcodes.attempt({ ...target, code, contxt: code } as never));
  await noted(trail, passcodes.attempt({ ...target, purpose: 7 as never, code }));
  const down: Store = { get: async () => Promise.reject(new Error("down")), swap: store.swap };
  const broken = createPasscodes({ ...format, store: down, pepper: newest });
  await noted(trail, broken.attempt({ ...target, code }));
  await noted(trail, broken.send({ ...target, deliver }));
  for (const spy of spies) spy.mockRestore();

  expect(codes).toHaveLength(3);
  expect(trail.size).toBeGreaterThan(10_000);
  const secrets = [...codes.flatMap((text) => forms(Buffer.from(text, "utf8"))), ...peppers.flatMap(forms)];
  for (const secret of secrets) expect(trail.holds(secret), secret.toString()).toBe(false);
  // And the search finds what is there.
  trail.note({ deep: [{ code: codes[0] }] });
  expect(trail.holds(Buffer.from(codes[0] ?? ""))).toBe(true);
});

it("of recovery codes (O2, O10, trap 55)", async () => {
  const trail = new Trail();
  const clock = fakeClock(NOW);
  const pepper = Uint8Array.from({ length: 32 }, (_, i) => (i * 89 + 5) % 256);
  const store = watched(trail, memoryStore({ clock }));
  const onEvent = (event: unknown) => trail.note(event);
  const recovery = createRecoveryCodes({ store, clock, onEvent, pepper });
  const codes = await recovery.generate("user-1");
  const attempt = (code: unknown, subject = "user-1") => noted(trail, recovery.attempt({ subject, code }));
  trail.note(recovery);
  await attempt(codes[0]);
  await attempt(codes[0]);
  for (let i = 0; i < 7; i++) await attempt(codes[1], "user-2");
  await attempt([codes[1]]);
  await noted(trail, recovery.attempt({ subject: "user-1", code: codes[1] ?? "", codes } as never));
  await noted(trail, recovery.status("user-1"));
  const adopted = codes.map((code) => code.slice(0, 9));
  await noted(trail, recovery.adopt({ subject: "user-2", codes: adopted }));
  await attempt(adopted[0], "user-2");
  await noted(trail, recovery.adopt({ subject: "user-2", codes: [...adopted, ...adopted] }));
  const next = await recovery.generate("user-1");
  await attempt(codes[2]);
  await noted(trail, recovery.forget("user-1"));

  expect(trail.size).toBeGreaterThan(5000);
  const texts = [...codes, ...next].flatMap((code) => [code, code.replaceAll("-", ""), code.toLowerCase()]);
  const secrets = [...texts.flatMap((text) => forms(Buffer.from(text, "utf8"))), ...forms(pepper)];
  for (const secret of secrets) expect(trail.holds(secret), secret.toString()).toBe(false);
});
