// Sending by destination: prefixes, conversion, and destinations of one address.
import fc from "fast-check";
import { createSendGuard, type SendGuardEvent, type SendGuardOptions } from "otp-core/limiter";
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PHONE = "+4930123456";
const ADDRESS = "192.0.2.1";

function guard(options: Partial<SendGuardOptions> = {}) {
  const clock = fakeClock(NOW);
  const events: SendGuardEvent[] = [];
  const store = memoryStore({ clock });
  const sends = createSendGuard({ store, clock, onEvent: (event) => events.push(event), ...options });
  let asked = 0;
  /** Each from an address of its own, unless an address is passed. */
  const attempt = (destination: unknown, address: unknown = `198.51.${asked >> 8}.${asked++ & 255}`) =>
    sends.attempt({ destination, address });
  return { clock, events, store, sends, attempt };
}

const refused = (reason: string, retryAfterMs: number | null) => ({ ok: false, reason, retryAfterMs });
/** The numbers that begin with this prefix, one after the other. */
const numberOf = (prefix: string, i: number) => `${prefix}${String(i).padStart(12 - prefix.length, "0")}`;

describe("a destination", () => {
  it.each([
    ["+4930123456", "+49"],
    ["+49 (30) 123-456", "+49"],
    ["+49\u00a030\u2011123456\r\n", "+49"],
    ["+14155550100", "+1"],
    ["+79161234567", "+7"],
    ["+8613800138000", "+86"],
    ["+998901234567", "+998"],
    ["+35312345678", "+353"],
    ["+37120000000", "+371"],
    ["+85212345678", "+852"],
    ["+420601123456", "+420"],
    ["alice@example.com", "@example.com"],
    ["Alice+tag@EXAMPLE.com", "@example.com"],
  ])("has a prefix: %s has %s", async (destination, prefix) => {
    const { attempt, events } = guard();
    expect(await attempt(destination)).toEqual({ ok: true, prefix });
    expect(events).toEqual([{ type: "send-allowed", at: NOW, reason: null, prefix, mode: "refuse" }]);
  });

  it.each([
    "",
    "4930123456",
    "+0930123456",
    "+49301",
    `+${"1".repeat(16)}`,
    "+49x30123456",
    "alice",
    "@example.com",
    "a@",
    "a@b@c",
    "a b@c",
    `${"a".repeat(65)}@b`,
    `a@${"b".repeat(300)}`,
    undefined,
    null,
    7,
    {},
    ["+4930123456"],
  ])("is refused as malformed in both modes, and never throws: %j", async (destination) => {
    for (const mode of ["record", "refuse"] as const) {
      const { attempt, events, sends } = guard({ mode });
      expect(await attempt(destination)).toEqual(refused("malformed", 0));
      expect(events).toEqual([{ type: "send-refused", at: NOW, reason: "malformed", prefix: null, mode }]);
      await sends.verified({ destination });
      expect(events).toHaveLength(1);
      expect(await sends.take({ destination, address: ADDRESS })).toBe(false);
    }
  });

  it("has up to 254 characters, and two spellings of one domain are one destination", async () => {
    const { attempt } = guard({ destinationsPerAddress: 1 });
    const domain = "d".repeat(254 - 65);
    expect(await attempt(`${"a".repeat(64)}@${domain}`)).toMatchObject({ ok: true });
    expect(await attempt(`${"a".repeat(64)}@${domain}d`)).toMatchObject({ reason: "malformed" });
    for (const spelling of ["alice@example.com", "alice@EXAMPLE.com"]) {
      expect(await attempt(spelling, ADDRESS)).toMatchObject({ ok: true });
    }
    expect(await attempt("Alice@example.com", ADDRESS)).toMatchObject({ reason: "destinations" });
  });

  it("is neither in an event nor in the store", async () => {
    const seen: unknown[] = [];
    const memory = memoryStore();
    const store: Store = {
      get(...call) {
        seen.push(call);
        return memory.get(...call);
      },
      swap(...call) {
        seen.push(call);
        return memory.swap(...call);
      },
    };
    const { sends } = guard({ store, onEvent: (event) => void seen.push(event) });
    for (const destination of [PHONE, "alice@example.com"]) {
      await sends.take({ destination, address: ADDRESS });
      await sends.verified({ destination });
    }
    expect(seen.length).toBeGreaterThan(10);
    expect(JSON.stringify(seen)).not.toMatch(/30123456|alice/);
  });
});

describe("prefixes", () => {
  it("are allowed and denied by the longest match, and deny wins a tie", async () => {
    const { attempt, events } = guard({
      allow: ["+49", "+43", "+43 664 1", "@Example.com"],
      deny: ["+43 664", "+49 900", "+43"],
    });
    for (const [destination, expected] of [
      ["+4930123456", { ok: true, prefix: "+49" }],
      ["+49900123456", refused("prefix-denied", null)],
      ["+43111222333", refused("prefix-denied", null)],
      ["+43664222333", refused("prefix-denied", null)],
      ["+43664122333", { ok: true, prefix: "+43" }],
      ["+41441234567", refused("prefix-not-allowed", null)],
      ["a@example.com", { ok: true, prefix: "@example.com" }],
      ["a@sub.example.com", refused("prefix-not-allowed", null)],
      ["a@example.com.evil", refused("prefix-not-allowed", null)],
    ] as const) {
      expect(await attempt(destination), destination).toEqual(expected);
    }
    expect(events.map(({ prefix }) => prefix)).toEqual([
      "+49",
      "+49900",
      "+43",
      "+43664",
      "+43",
      "+41",
      "@example.com",
      "@sub.example.com",
      "@example.com.evil",
    ]);
  });

  it("may be denied alone", async () => {
    const { attempt } = guard({ deny: ["+49900"] });
    expect(await attempt("+49900123456")).toEqual(refused("prefix-denied", null));
    expect(await attempt("+4930123456")).toEqual({ ok: true, prefix: "+49" });
  });

  it("are refused in the mode that only records, too", async () => {
    const { attempt } = guard({ mode: "record", allow: ["+49"], deny: ["+49900"] });
    expect(await attempt("+49900123456")).toEqual(refused("prefix-denied", null));
    expect(await attempt("+43111222333")).toEqual(refused("prefix-not-allowed", null));
  });

  it("are all allowed by default, none with an empty list", async () => {
    expect(await guard().attempt(PHONE)).toMatchObject({ ok: true });
    expect(await guard({ allow: [] }).attempt(PHONE)).toEqual(refused("prefix-not-allowed", null));
    expect(await guard({ deny: ["+49"] }).attempt("+43111222333")).toMatchObject({ ok: true });
  });
});

describe("the destinations of one address", () => {
  it("are so many in 24 hours, and the same one any number of times", async () => {
    const { attempt, clock, events } = guard({ destinationsPerAddress: 3 });
    for (let i = 0; i < 3; i++) {
      expect(await attempt(numberOf("+49", i), ADDRESS)).toMatchObject({ ok: true });
      clock.advance(HOUR);
    }
    expect(await attempt(numberOf("+49", 3), ADDRESS)).toEqual(refused("destinations", 21 * HOUR));
    expect(events.at(-1)).toMatchObject({ type: "send-refused", reason: "destinations", prefix: "+49" });
    for (let i = 0; i < 5; i++) expect(await attempt(numberOf("+49", 2), ADDRESS)).toMatchObject({ ok: true });
    clock.set(NOW + DAY - 1);
    expect(await attempt(numberOf("+49", 3), ADDRESS)).toEqual(refused("destinations", 1));
    clock.advance(1);
    expect(await attempt(numberOf("+49", 3), ADDRESS)).toMatchObject({ ok: true });
  });

  it("are those of its /64, and of all that are not addresses together", async () => {
    const { attempt } = guard({ destinationsPerAddress: 1 });
    for (const [i, addresses] of [
      ["2001:db8::1", "2001:db8::2"],
      [null, "rubbish"],
      ["::ffff:192.0.2.7", "192.0.2.7"],
    ].entries()) {
      expect(await attempt(numberOf("+49", 2 * i), addresses[0])).toMatchObject({ ok: true });
      expect(await attempt(numberOf("+49", 2 * i + 1), addresses[1])).toMatchObject({
        ok: false,
        reason: "destinations",
      });
    }
  });

  it("are counted again after a clock that was a day ahead, within ten minutes", async () => {
    const { attempt, clock } = guard({ destinationsPerAddress: 1 });
    clock.advance(30 * DAY);
    await attempt(numberOf("+49", 0), ADDRESS);
    clock.set(NOW);
    expect(await attempt(numberOf("+49", 1), ADDRESS)).toEqual(refused("destinations", DAY));
    clock.advance(DAY);
    expect(await attempt(numberOf("+49", 1), ADDRESS)).toMatchObject({ ok: true });
  });
});

describe("the conversion of a prefix", () => {
  /** So many sends, of which the first ones are verified. */
  async function history(options: Partial<SendGuardOptions>, sent: number, verified: number, prefix = "+99890") {
    const of = guard(options);
    for (let i = 0; i < sent; i++) {
      const destination = numberOf(prefix, i);
      expect((await of.attempt(destination)).ok).toBe(true);
      if (i < verified) await of.sends.verified({ destination });
    }
    return of;
  }

  it("decides after minObservations, exactly at minConversion", async () => {
    const options = { minObservations: 20, minConversion: 0.25 };
    const enough = await history(options, 20, 5);
    expect(await enough.attempt(numberOf("+99890", 99))).toMatchObject({ ok: true });
    const few = await history(options, 20, 4);
    expect(await few.attempt(numberOf("+99890", 99))).toEqual(refused("conversion", 6 * HOUR));
    expect(few.events.at(-1)).toEqual({
      type: "send-refused",
      at: NOW,
      reason: "conversion",
      prefix: "+9989000",
      mode: "refuse",
    });
    const early = await history(options, 19, 0);
    expect(await early.attempt(numberOf("+99890", 99))).toMatchObject({ ok: true });
  });

  it("is that of the finest prefix with enough sends: a good range is open in a bad country", async () => {
    const { attempt, sends } = guard({ minObservations: 20 });
    for (let i = 0; i < 30; i++) {
      const destination = numberOf("+9989011", i);
      await attempt(destination);
      await sends.verified({ destination });
    }
    // Every number in another range.
    let passed = 0;
    for (let i = 0; i < 500; i++) if ((await attempt(`+998${String(1000 + i)}12345`)).ok) passed++;
    // 30 of 150 are just enough, so the 121st unverified send is the last one.
    expect(passed).toBe(121);
    expect(await attempt("+998777712345")).toMatchObject({ ok: false, reason: "conversion" });
    expect(await attempt("+998901112345")).toMatchObject({ ok: true });
  });

  it("counts over 24 hours, whatever the 14 days before were", async () => {
    const { attempt, sends, clock } = guard({ minObservations: 20 });
    for (let i = 0; i < 300; i++) {
      const destination = numberOf("+9989011", i);
      await attempt(destination);
      await sends.verified({ destination });
      clock.advance(HOUR / 4);
    }
    clock.advance(2 * DAY);
    let passed = 0;
    for (let i = 0; i < 200; i++) if ((await attempt(numberOf("+9989011", 1000 + i))).ok) passed++;
    expect(passed).toBe(20);
  });

  it("counts over 14 days what is too slow for 24 hours, and then forgets it", async () => {
    const { attempt, clock } = guard({ minObservations: 50 });
    let passed = 0;
    for (let day = 0; day < 10; day++) {
      for (let i = 0; i < 10; i++) if ((await attempt(numberOf("+9989011", day * 100 + i))).ok) passed++;
      clock.advance(DAY);
    }
    // Fifty, and one for each day after that at the most, which is the probe.
    expect(passed).toBeGreaterThanOrEqual(50);
    expect(passed).toBeLessThanOrEqual(55);
    clock.advance(14 * DAY);
    expect(await attempt(numberOf("+9989011", 1))).toMatchObject({ ok: true });
  });

  it("lets one send through in six hours, by which an honest prefix recovers", async () => {
    const { attempt, sends, clock } = guard({ minObservations: 20, minConversion: 0.2 });
    for (let i = 0; i < 20; i++) await attempt(numberOf("+9989011", i));
    expect(await attempt(numberOf("+9989011", 20))).toEqual(refused("conversion", 6 * HOUR));
    clock.advance(6 * HOUR - 1);
    expect(await attempt(numberOf("+9989011", 20))).toEqual(refused("conversion", 1));
    clock.advance(1);
    let probes = 0;
    for (let i = 0; i < 30; i++) {
      const destination = numberOf("+9989011", 100 + i);
      if ((await attempt(destination)).ok) {
        probes++;
        await sends.verified({ destination });
      } else clock.advance(6 * HOUR);
    }
    expect(probes).toBeGreaterThan(15);
    expect(await attempt(numberOf("+9989011", 500))).toMatchObject({ ok: true });
    expect(await attempt(numberOf("+9989011", 501))).toMatchObject({ ok: true });
  });

  it("of a mail domain is counted as well", async () => {
    const { attempt } = guard({ minObservations: 10 });
    for (let i = 0; i < 10; i++) expect((await attempt(`user${i}@mail.example`)).ok).toBe(true);
    expect(await attempt("user@mail.example")).toEqual(refused("conversion", 6 * HOUR));
    expect(await attempt("user@other.example")).toMatchObject({ ok: true });
  });

  it("of a mail domain whose codes are verified stays good", async () => {
    const { attempt, sends } = guard({ minObservations: 10 });
    for (let i = 0; i < 30; i++) {
      const destination = `user${i}@mail.example`;
      expect(await attempt(destination)).toMatchObject({ ok: true });
      await sends.verified({ destination });
    }
  });

  it("is only recorded if so told: the event has the reason, and the code may be sent", async () => {
    const { attempt, events, sends } = guard({ mode: "record", minObservations: 10, destinationsPerAddress: 1 });
    for (let i = 0; i < 12; i++) expect(await attempt(numberOf("+9989011", i))).toEqual({ ok: true, prefix: "+998" });
    expect(events.slice(-2)).toEqual(
      ["conversion", "conversion"].map((reason) => ({
        type: "send-refused",
        at: NOW,
        reason,
        prefix: "+9989011",
        mode: "record",
      })),
    );
    for (let i = 0; i < 12; i++) expect(await attempt(`user${i}@mail.example`)).toMatchObject({ ok: true });
    expect(events.at(-1)).toMatchObject({ type: "send-refused", reason: "conversion", prefix: "@mail.example" });
    await attempt(numberOf("+4930", 1), ADDRESS);
    expect(await attempt(numberOf("+4930", 2), ADDRESS)).toMatchObject({ ok: true });
    expect(events.at(-1)).toMatchObject({ type: "send-refused", reason: "destinations", mode: "record" });
    await sends.verified({ destination: numberOf("+4930", 1) });
    expect(events.at(-1)).toEqual({ type: "send-verified", at: NOW, reason: null, prefix: "+49", mode: "record" });
  });

  it("counts what the mode records although an address asks for too much, and not what it refuses", async () => {
    const reasonsOf = async (mode: "record" | "refuse") => {
      const { attempt, events } = guard({ mode, minObservations: 10, destinationsPerAddress: 1 });
      for (let i = 0; i < 12; i++) await attempt(numberOf("+9989011", i), ADDRESS);
      for (let i = 12; i < 23; i++) await attempt(numberOf("+9989011", i));
      return events.map(({ reason }) => reason);
    };
    const [first, ...others] = [null, "destinations", "conversion"];
    expect(await reasonsOf("record")).toEqual([first, ...Array(9).fill(others[0]), ...Array(13).fill(others[1])]);
    expect(await reasonsOf("refuse")).toEqual([
      first,
      ...Array(11).fill(others[0]),
      ...Array(9).fill(null),
      ...Array(2).fill(others[1]),
    ]);
  });

  /** A guard, and how many sends it has counted in each prefix. */
  function counting(mode: "record" | "refuse") {
    const texts = new Map<string, string>();
    const memory = memoryStore({ clock: () => NOW });
    const store: Store = {
      get: (key, owner) => memory.get(key, owner),
      async swap(key, expected, next, expiresAt, owner) {
        const swapped = await memory.swap(key, expected, next, expiresAt, owner);
        if (swapped && owner !== undefined && /^[+@]/.test(owner.subject))
          texts.set(owner.subject, next?.split(",")[5]?.split(":")[1] ?? "0");
        return swapped;
      },
    };
    return { ...guard({ store, mode, minObservations: 10 }), counts: () => Object.fromEntries(texts) };
  }

  it("counts each send in the range and in the country, and a refused one in neither", async () => {
    const { attempt, sends, counts } = counting("refuse");
    for (let i = 0; i < 12; i++) {
      await attempt(numberOf("+9989011", i));
      if (i < 5) await sends.verified({ destination: numberOf("+9989011", i) });
    }
    expect(counts()).toEqual({ "+998": "12", "+9989011": "12" });
    for (let i = 0; i < 20; i++) await attempt(numberOf("+9989012", i));
    // The tenth one decides about the second range, in which no code was verified.
    expect(Number(counts()["+9989012"])).toBe(10);
    expect(Number(counts()["+998"])).toBe(22);
  });

  it("counts each send in the range and in the country if it only records, also one that it would refuse", async () => {
    const { attempt, counts } = counting("record");
    for (let i = 0; i < 20; i++) {
      await attempt(numberOf("+9989011", i));
      await attempt(`user${i}@mail.example`);
    }
    expect(counts()).toEqual({ "+998": "20", "+9989011": "20", "@mail.example": "20" });
    // A new range in the country that would be refused by now.
    await attempt(numberOf("+9989012", 1));
    expect(counts()).toMatchObject({ "+998": "21", "+9989012": "1" });
  });

  it("counts in the country what a range with enough sends of its own lets through", async () => {
    const { attempt, sends, counts } = counting("refuse");
    for (let i = 0; i < 10; i++) {
      await attempt(numberOf("+9989011", i));
      await sends.verified({ destination: numberOf("+9989011", i) });
    }
    // Other ranges make the country bad.
    for (let range = 2; range < 9; range++) for (let i = 0; i < 9; i++) await attempt(numberOf(`+998902${range}`, i));
    const before = Number(counts()["+998"]);
    expect(await attempt(numberOf("+9989029", 1))).toMatchObject({ reason: "conversion" });
    expect(await attempt(numberOf("+9989011", 99))).toMatchObject({ ok: true });
    expect(Number(counts()["+998"])).toBe(before + 1);
  });

  it("is no better for verifications without sends", async () => {
    const { attempt, sends } = guard({ minObservations: 10 });
    for (let i = 0; i < 100; i++) await sends.verified({ destination: numberOf("+9989011", i) });
    for (let i = 0; i < 10; i++) await attempt(numberOf("+9989011", i));
    expect(await attempt(numberOf("+9989011", 10))).toMatchObject({ ok: false, reason: "conversion" });
  });

  it("goes on after a clock that was days ahead, with what was counted", async () => {
    const { attempt, clock } = guard({ minObservations: 10 });
    clock.advance(30 * DAY);
    for (let i = 0; i < 10; i++) await attempt(numberOf("+9989011", i));
    clock.set(NOW);
    expect(await attempt(numberOf("+9989011", 10))).toMatchObject({ ok: false, reason: "conversion" });
    clock.advance(6 * HOUR);
    expect(await attempt(numberOf("+9989011", 10))).toMatchObject({ ok: true });
  });
});

describe("an attack that pumps messages", () => {
  it.each([
    ["at one moment", 0],
    ["over a day", DAY / 10_100],
  ])(
    "of 10,000 sends to two prefixes among a hundred honest ones, %s: at least 95 percent of it are refused, and at most one percent of the honest",
    async (_, pause) => {
      const { sends, clock } = guard();
      const seed = 7;
      let state = seed;
      const random = () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return state / 2 ** 32;
      };
      const passed = { attack: 0, honest: 0 };
      for (let i = 0; i < 10_100; i++) {
        clock.advance(Math.floor(pause));
        const isHonest = i % 101 === 0;
        const prefix = isHonest ? ["+4915", "+4366", "+4179", "+3368"][i % 4] : ["+882", "+96077"][i % 2];
        const destination = numberOf(prefix ?? "", Math.floor(random() * 10 ** (12 - (prefix ?? "").length)));
        const address = `${10 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.1`;
        if (!(await sends.take({ destination, address }))) continue;
        passed[isHonest ? "honest" : "attack"]++;
        // Four of five honest users enter their code.
        if (isHonest && random() < 0.8) await sends.verified({ destination });
      }
      expect(passed.attack).toBeLessThanOrEqual(500);
      expect(passed.honest).toBeGreaterThanOrEqual(99);
    },
  );
});

describe("the options of a send guard", () => {
  it("may be at their limits", async () => {
    const never = guard({ minConversion: 0, minObservations: 10 });
    const always = guard({ minConversion: 1, minObservations: 10 });
    for (let i = 0; i < 10; i++) {
      for (const { attempt } of [never, always]) await attempt(numberOf("+9989011", i));
    }
    expect((await never.attempt(numberOf("+9989011", 10))).ok).toBe(true);
    expect((await always.attempt(numberOf("+9989011", 10))).ok).toBe(false);
    const prefixes = (count: number) => Array.from({ length: count }, (_, i) => `+49${i}`);
    expect((await guard({ deny: prefixes(10_000) }).attempt("+499999123")).ok).toBe(false);
    expect(() => guard({ deny: prefixes(10_001) })).toThrow(refusal("invalid-argument", "deny"));
  });

  it.each(["@mail.example extra", "x+49", "@", "@a@b", "+0", "+", "49", `+${"1".repeat(16)}`])(
    "are refused with the prefix %j",
    (prefix) => expect(() => guard({ allow: [prefix] })).toThrow(refusal("invalid-argument", "allow[0]")),
  );

  const good = { store: memoryStore() };
  it.each([
    ["store", { store: undefined }],
    ["allow", { allow: "+49" }],
    ["allow", { allow: null }],
    ["allow[0]", { allow: ["49"] }],
    ["allow[1]", { allow: ["+49", "+"] }],
    ["allow[0]", { allow: ["+0"] }],
    ["allow[0]", { allow: [`+${"1".repeat(16)}`] }],
    ["allow[0]", { allow: ["@"] }],
    ["allow[0]", { allow: ["example.com"] }],
    ["allow[0]", { allow: ["a@example.com"] }],
    ["deny[0]", { deny: [49] }],
    ["deny[0]", { deny: [""] }],
    ["deny", { deny: Array<string>(10_001).fill("+49") }],
    ["minConversion", { minConversion: 1.1 }],
    ["minConversion", { minConversion: -0.1 }],
    ["minConversion", { minConversion: Number.NaN }],
    ["minConversion", { minConversion: "0.2" }],
    ["minObservations", { minObservations: 9 }],
    ["minObservations", { minObservations: 10_001 }],
    ["destinationsPerAddress", { destinationsPerAddress: 0 }],
    ["destinationsPerAddress", { destinationsPerAddress: 1001 }],
    ["mode", { mode: "off" }],
    ["mode", { mode: null }],
    ["onEvent", { onEvent: 1 }],
    ["onListenerError", { onListenerError: 1 }],
    ["name", { name: "x" }],
  ])("are refused by name: %s", (argument, wrong) => {
    const options = { ...good, ...wrong } as unknown as SendGuardOptions;
    expect(() => createSendGuard(options)).toThrow(refusal("invalid-argument", argument));
  });

  it("and requests are objects with these names", async () => {
    const sends = createSendGuard(good) as unknown as Record<string, (request: unknown) => Promise<unknown>>;
    for (const name of ["take", "attempt", "verified"]) {
      await expect(sends[name]?.(null), name).rejects.toThrow(refusal("invalid-argument", "request"));
      await expect(sends[name]?.({ destination: PHONE, to: 1 }), name).rejects.toThrow(
        refusal("invalid-argument", "to"),
      );
    }
  });

  it("tell onListenerError what a listener threw, with the event", async () => {
    const errors: unknown[] = [];
    const { attempt } = guard({
      onEvent: async () => Promise.reject(new Error("the log is full")),
      onListenerError: (...error) => errors.push(error),
    });
    expect(await attempt(PHONE)).toMatchObject({ ok: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors).toEqual([
      [new Error("the log is full"), { type: "send-allowed", at: NOW, reason: null, prefix: "+49", mode: "refuse" }],
    ]);
  });
});

describe("a stored state that is not a send guard's", () => {
  const NONCE = "ABCDEFGHIJKLMNOP2345";
  const take = (state: string) => {
    const store: Store = { get: async () => `${NONCE}\n${state}`, swap: async () => true };
    return createSendGuard({ store, clock: () => NOW }).take({ destination: PHONE, address: ADDRESS });
  };
  const verified = (state: string) => {
    const store: Store = { get: async () => `${NONCE}\n${state}`, swap: async () => true };
    return createSendGuard({ store, clock: () => NOW }).verified({ destination: PHONE });
  };

  it.each([
    "2,-,-",
    "1,-",
    "1,-,-,-",
    "1,-,ABC:5",
    "1,-,ABCD",
    "1,-,ABCD:-5",
    "1,-,ABCD:5 ABCE:6",
    "1,-5,-",
    "1,-,ABCD:x",
    "{}",
  ])("of an address: %s", (state) => expect(take(state)).rejects.toThrow(refusal("state-invalid")));

  it.each([
    "2,5,-,-,-,-",
    "1,5,-,-,-",
    "1,5,-,-,-,-,-",
    "1,-,-,-,-,-",
    "1,5,-5,-,-,-",
    "1,5,-,-5,-,-",
    "1,5,-,-,1:2,-",
    "1,5,-,-,1:-2:0,-",
    "1,5,-,-,-,1:2:x",
    "1,5,-,-,1:2:0:0,-",
    "{}",
  ])("of a prefix: %s", (state) => expect(verified(state)).rejects.toThrow(refusal("state-invalid")));

  it("is refused whatever it is", async () => {
    const law = fc.asyncProperty(fc.string({ unit: "grapheme" }), async (state) => {
      fc.pre(state !== "");
      await expect(take(state)).rejects.toThrow(refusal("state-invalid"));
      await expect(verified(state)).rejects.toThrow(refusal("state-invalid"));
    });
    await fc.assert(law);
  });
});
