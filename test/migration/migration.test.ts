import fc from "fast-check";
import {
  formatMigration,
  formatUri,
  isOtpError,
  type Key,
  type MigrationSkip,
  parseMigration,
  parseUri,
} from "otp-core";
import { describe, expect, it } from "vitest";
import { migrationKeys, writtenOut } from "../support/arbitrary-uris.ts";
import {
  type Field,
  fixed,
  message,
  payloadOfUri,
  SCHEME,
  uriOfPayload,
  varint,
} from "../support/migration-payload.ts";
import { refusal } from "../support/refusal.ts";

const refused = (argument: string) => refusal("invalid-uri", argument);
const SECRET = Buffer.from("Hello!\xde\xad\xbe\xef", "latin1");
const BASE32 = "JBSWY3DPEHPK3PXP";
const KEY = { type: "totp", secret: BASE32, issuer: "Example", account: "alice" } as const;
const READ = { ...KEY, algorithm: "SHA1", digits: 6, period: 30 };

/** A payload of these accounts, alone in its transfer. */
const payload = (...entries: readonly Uint8Array[]) =>
  message(...entries.map((entry): Field => [1, entry]), [2, 1], [3, 1], [4, 0], [5, 7]);
/** An account; what is given replaces a field of it, and comes last. */
const entry = (...changed: readonly Field[]) => {
  const fields: readonly Field[] = [
    [1, SECRET],
    [2, "alice"],
    [3, "Example"],
    [4, 1],
    [5, 1],
    [6, 2],
  ];
  return message(...fields.filter(([number]) => !changed.some(([other]) => other === number)), ...changed);
};
const read = (...fields: readonly Field[]) => parseMigration(uriOfPayload(payload(entry(...fields))));
const shuffled = <T>(list: readonly T[]) => fc.shuffledSubarray([...list], { minLength: list.length });

describe("what is formatted", () => {
  it("is read back as the same keys, with their defaults written out, in whatever order the codes are scanned", () => {
    const lists = fc
      .array(migrationKeys, { maxLength: 35 })
      .chain((keys) => fc.tuple(fc.constant(keys), shuffled(formatMigration(keys))));
    fc.assert(
      fc.property(lists, ([keys, uris]) => {
        expect(uris).toHaveLength(Math.ceil(keys.length / 10));
        fc.pre(keys.length > 0);
        const { keys: found, skipped, batch } = parseMigration(uris);
        expect(found).toStrictEqual(keys.map(writtenOut));
        expect(skipped).toEqual([]);
        expect(batch).toEqual({ id: batch.id, index: 0, size: uris.length });
        for (const uri of uris)
          expect(uri).toMatch(/^otpauth-migration:\/\/offline\?data=(?:[A-Za-z0-9]|%2B|%2F|%3D)+$/);
      }),
      { numRuns: 200 },
    );
  });

  it("is the message that Google Authenticator writes, byte by byte", () => {
    const hotpKey = {
      type: "hotp",
      secret: BASE32,
      account: "bob",
      algorithm: "SHA512",
      digits: 8,
      counter: 2 ** 40,
    } as const;
    const expected = message(
      [1, message([1, SECRET], [2, "alice"], [3, "Example"], [4, 1], [5, 1], [6, 2])],
      [1, message([1, SECRET], [2, "bob"], [3, ""], [4, 3], [5, 2], [6, 1], [7, 2 ** 40])],
      [2, 1],
      [3, 1],
      [4, 0],
    );
    const bytes = payloadOfUri(formatMigration([KEY, hotpKey])[0] ?? "");
    expect(bytes.subarray(0, expected.length)).toEqual(expected);
    // Then the id of the batch, which is our own to choose.
    expect(bytes[expected.length]).toBe(5 << 3);
  });

  it("has an id of its own content: the same for all of a transfer, another for another", () => {
    const keys = Array.from({ length: 21 }, (_, i) => ({ ...KEY, account: `user${i}` }));
    const ids = (list: readonly Key[]) => formatMigration(list).map((uri) => parseMigration(uri).batch.id);
    expect(new Set(ids(keys)).size).toBe(1);
    expect(ids(keys)).toEqual(ids(keys));
    expect(new Set([...ids(keys.slice(0, 10)), ...ids(keys.slice(0, 9)), ...ids(keys)]).size).toBe(3);
    for (const id of ids(keys)) expect(id).toBe(id | 0);
  });

  it("fits in what is read, however long names and secrets are", () => {
    const long = { ...KEY, issuer: "例".repeat(255), account: "例".repeat(255), secret: "A".repeat(2400) };
    const uris = formatMigration(Array(10).fill(long));
    expect(parseMigration(uris).keys).toHaveLength(10);
    expect(() => formatMigration([{ ...KEY, secret: "A".repeat(80_000) }])).toThrow(
      refusal("invalid-argument", "keys"),
    );
  });
});

describe("parseMigration", () => {
  it("reads one code of a transfer, or all of them, each once (quirk 33)", () => {
    const part = (index: number, id: number | bigint = -5, size = 3) =>
      uriOfPayload(message([1, entry([2, `user${index}`])], [2, 1], [3, size], [4, index], [5, id]));
    expect(parseMigration(part(1))).toMatchObject({
      keys: [{ account: "user1" }],
      batch: { id: -5, index: 1, size: 3 },
    });
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      expect(parseMigration(order.map((index) => part(index))).keys.map(({ account }) => account)).toEqual([
        "user0",
        "user1",
        "user2",
      ]);
    }
    for (const parts of [[0], [0, 1], [0, 1, 1], [0, 0, 1, 2], [1, 2]]) {
      expect(() => parseMigration(parts.map((index) => part(index)))).toThrow(refused("uris"));
    }
    expect(() => parseMigration([part(0), part(1), part(2, 6)])).toThrow(refused("uris"));
    expect(() => parseMigration([part(0), part(1, -5, 4), part(2)])).toThrow(refused("uris"));
  });

  it("reads the id as a number with a sign, ten bytes long when it is negative", () => {
    for (const id of [0n, 1n, -1n, 2n ** 31n - 1n, -(2n ** 31n), -(2n ** 53n) + 1n, 2n ** 53n - 1n]) {
      const uri = uriOfPayload(message([1, entry()], [5, id]));
      expect(parseMigration(uri).batch.id).toBe(Number(id));
    }
    for (const id of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]) {
      expect(() => parseMigration(uriOfPayload(message([1, entry()], [5, id])))).toThrow(refused("data"));
    }
  });

  it("takes what is not there for what the app takes it for", () => {
    expect(parseMigration(uriOfPayload(message([1, message([1, SECRET], [6, 2])])))).toEqual({
      keys: [{ type: "totp", secret: BASE32, algorithm: "SHA1", digits: 6, period: 30 }],
      skipped: [],
      batch: { id: 0, index: 0, size: 1 },
    });
    expect(parseMigration(SCHEME)).toEqual({ keys: [], skipped: [], batch: { id: 0, index: 0, size: 1 } });
    expect(read([4, 0], [5, 0]).keys).toEqual([READ]);
    expect(read([6, 1]).keys).toEqual([{ ...READ, type: "hotp", period: undefined, counter: 0 }]);
  });

  it("passes over unknown fields of all four kinds, in the payload and in an account", () => {
    const unknown: readonly Field[] = [
      [8, "unique id"],
      [9, 5n],
      [10, fixed(8)],
      [11, fixed(4)],
      [12, new Uint8Array()],
      [2 ** 29 - 1, -1],
    ];
    expect(read(...unknown).keys).toEqual([READ]);
    expect(parseMigration(uriOfPayload(message(...unknown, [1, entry()], ...unknown))).keys).toEqual([READ]);
    // A known field of another kind is none of ours either, where there is a default.
    for (const wrong of [
      [2, 5],
      [3, 5],
    ] as const)
      expect(read(wrong).keys).toHaveLength(1);
  });

  it("of a field that is given twice takes the last", () => {
    expect(
      parseMigration(
        uriOfPayload(
          payload(message([1, "x"], [2, "x"], [4, 4], [1, SECRET], [2, "alice"], [3, "Example"], [4, 1], [6, 2])),
        ),
      ).keys,
    ).toEqual([READ]);
  });

  it.each<[reason: MigrationSkip["reason"], field: Field]>([
    ["algorithm", [4, 4]], // MD5
    ["algorithm", [4, 5]],
    ["algorithm", [4, -1]],
    ["algorithm", [4, 2n ** 62n]],
    ["algorithm", [4, Uint8Array.of(0x32)]],
    ["algorithm", [4, Uint8Array.of(1)]],
    ["algorithm", [4, "length"]],
    ["digits", [5, 3]],
    ["digits", [5, "2"]],
    ["type", [6, 0]],
    ["type", [6, 3]],
    ["type", [6, "2"]],
    ["secret", [1, ""]],
    ["secret", [1, 5]],
  ])("reports an account that no key can express, and loses no other: %s", (reason, field) => {
    const uri = uriOfPayload(payload(entry([2, "first"]), entry(field), entry([2, "last"])));
    const { keys, skipped } = parseMigration(uri);
    expect(keys.map(({ account }) => account)).toEqual(["first", "last"]);
    expect(skipped).toEqual([{ issuer: "Example", account: "alice", reason }]);
  });

  it("loses no account to a name, and repairs what a label cannot hold (field D8)", () => {
    const names = (...fields: Field[]) => read(...fields).keys.map(({ issuer, account }) => [issuer, account]);
    expect(names([3, Uint8Array.of(0xff)])).toEqual([["\ufffd", "alice"]]);
    expect(names([3, Uint8Array.of(0x43, 0x61, 0x66, 0xe9)])).toEqual([["Caf\ufffd", "alice"]]);
    expect(names([2, Uint8Array.of(0xc3)])).toEqual([["Example", "\ufffd"]]);
    expect(names([2, Uint8Array.of(0xe4, 0xbe, 0x8b, 0xc3)])).toEqual([["Example", "例\ufffd"]]);
    expect(names([3, "a\nb\n"], [2, "c\0"])).toEqual([["a b", "c"]]);
    expect(names([3, "\0"], [2, "\u0085"])).toEqual([[undefined, undefined]]);
    expect(names([3, "x".repeat(256)], [2, "y".repeat(300)])).toEqual([["x".repeat(255), "y".repeat(255)]]);
    expect(names([3, ""], [2, "  alice"])).toEqual([[undefined, "alice"]]);
    expect(names([3, " Example "], [2, "alice "])).toEqual([[" Example ", "alice "]]);
    expect(read([3, "a\n"], [4, 4]).skipped).toEqual([{ issuer: "a", account: "alice", reason: "algorithm" }]);
  });

  it("names a skipped account by empty texts if the app has no name for it", () => {
    expect(read([2, ""], [3, ""], [4, 4]).skipped).toEqual([{ issuer: "", account: "", reason: "algorithm" }]);
  });

  it("returns only keys that formatMigration and formatUri accept, and that come back as the same keys", () => {
    const bytes = fc.uint8Array({ maxLength: 12 });
    const text = fc.oneof(
      bytes,
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.constantFrom("", "Heroku:", " a", ":", "a:b:c"),
    );
    const fields = fc.record({
      secret: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      name: text,
      issuer: text,
      algorithm: fc.nat({ max: 4 }),
      digits: fc.nat({ max: 3 }),
      type: fc.nat({ max: 3 }),
      counter: fc.oneof(fc.nat(), fc.constantFrom(2n ** 53n - 1n, 2n ** 60n)),
    });
    let read = 0;
    fc.assert(
      fc.property(fc.array(fields, { maxLength: 25 }), (accounts) => {
        const entries = accounts.map(({ secret, name, issuer, algorithm, digits, type, counter }) =>
          message([1, secret], [2, name], [3, issuer], [4, algorithm], [5, digits], [6, type], [7, counter]),
        );
        const { keys } = parseMigration(uriOfPayload(payload(...entries)));
        read += keys.length;
        fc.pre(keys.length > 0);
        expect(parseMigration(formatMigration(keys)).keys).toStrictEqual(keys);
        for (const key of keys) expect(parseUri(formatUri(key))).toStrictEqual(key);
      }),
      { numRuns: 300 },
    );
    expect(read).toBeGreaterThan(500);
  });

  it("loses no account to a colon, which becomes a space (quirk 14)", () => {
    const labels = (...fields: Field[]) => read(...fields).keys.map(({ issuer, account }) => [issuer, account]);
    expect(labels([2, "Foo:alice"], [3, "Bar"])).toEqual([["Bar", "Foo alice"]]);
    expect(labels([2, "a:b:c"], [3, ""])).toEqual([["a", "b c"]]);
    expect(labels([2, "My:Shop:alice"], [3, "My:Shop"])).toEqual([["My Shop", "alice"]]);
  });

  it("reports counters that are no safe integers", () => {
    for (const counter of [-1n, 2n ** 53n, 2n ** 63n - 1n, "7"]) {
      expect(read([6, 1], [7, counter]).skipped).toEqual([{ issuer: "Example", account: "alice", reason: "counter" }]);
    }
    for (const counter of [0, 1, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
      expect(read([6, 1], [7, counter]).keys).toMatchObject([{ type: "hotp", counter }]);
    }
  });

  it.each([
    ["Example:alice", "Example", "Example", "alice"],
    ["Example:  alice", "Example", "Example", "alice"],
    ["Example:alice b", "Example", "Example", "alice b"],
    ["Example:alice", "", "Example", "alice"],
    ["alice", "", undefined, "alice"],
    ["alice", "Example", "Example", "alice"],
    ["", "Example", "Example", undefined],
    ["", "", undefined, undefined],
    [":alice", "", undefined, "alice"],
    ["Examples", "Example", "Example", "Examples"],
    ["ünï@例え.jp 🔐", "Ünï+%20", "Ünï+%20", "ünï@例え.jp 🔐"],
  ])("reads the name %j and the issuer %j", (name, named, issuer, account) => {
    const [key] = read([2, name], [3, named]).keys;
    expect([key?.issuer, key?.account]).toEqual([issuer, account]);
  });

  it("reads base64 raw or escaped, url-safe, without padding, with spaces for plus signs (quirk 33)", () => {
    // A payload with every character of the alphabet that gets lost on the way, and with padding.
    const plus = [0, 1, 1].flatMap((shift) => [...Array(shift).fill(0), 0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff]);
    const bytes = payload(entry([1, Uint8Array.from(plus)], [2, "alicee"]));
    const text = Buffer.from(bytes).toString("base64");
    expect(text).toMatch(/\+.*\/.*=$/);
    const spellings = [
      text,
      encodeURIComponent(text),
      text.replace(/=+$/, ""),
      text.replaceAll("+", " "),
      text.replaceAll("+", "%20"),
      text.replaceAll("+", "-").replaceAll("/", "_"),
      Buffer.from(bytes).toString("base64url"),
      encodeURIComponent(text).toLowerCase() === text ? text : encodeURIComponent(text).replace(/%2B/g, "%2b"),
    ];
    for (const data of spellings) {
      for (const start of [SCHEME, "OTPAUTH-MIGRATION://OFFLINE?data=", "otpauth-migration://offline/?data="]) {
        expect(parseMigration(start + data).keys, data).toMatchObject([{ account: "alicee" }]);
      }
    }
  });

  it("refuses a payload that is cut off anywhere, and one with anything behind it that is no field", () => {
    const whole = payload(entry(), entry([6, 1], [7, 300]));
    const good = new Set([0, whole.length]);
    // After each field of the payload it is a message, only a shorter one.
    for (
      let at = 0, [first, second] = [entry().length + 2, entry([6, 1], [7, 300]).length + 2] as const;
      at < 1;
      at++
    ) {
      for (const end of [first, first + second, first + second + 2, first + second + 4, first + second + 6])
        good.add(end);
    }
    for (let length = 0; length <= whole.length; length++) {
      const uri = uriOfPayload(whole.subarray(0, length));
      if (good.has(length)) expect(parseMigration(uri).skipped).toEqual([]);
      else expect(() => parseMigration(uri), String(length)).toThrow(refused("data"));
    }
    for (const rest of [
      [0x00],
      [0x00, 0x00],
      [0x03],
      [0x0b],
      [0x0c],
      [0x0e],
      [0x0f],
      [0x80],
      [0x07, 0],
      Array(11).fill(0x80),
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
      [0xfa, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x00],
      [0x80, 0x80, 0x80, 0x80, 0x10, 0x00],
      // A number of eleven bytes, and a length that leads back to where it stands.
      [0x40, ...Array(10).fill(0x80), 0x00],
      [0x62, ...varint(-11)],
    ]) {
      expect(() => parseMigration(uriOfPayload(Uint8Array.from([...whole, ...rest]))), rest.join()).toThrow(
        refused("data"),
      );
    }
    for (const bad of [5, "\xff", "\x00", "\x0a"] as const) {
      expect(() =>
        parseMigration(uriOfPayload(message([1, typeof bad === "string" ? Buffer.from(bad, "latin1") : bad]))),
      ).toThrow(refused("data"));
    }
  });

  it("refuses a place in the transfer that is none", () => {
    for (const [size, index] of [
      [1, 1],
      [2, 2],
      [2, -1],
      [-1, 0],
      [65_537, 0],
      [2n ** 40n, 3],
    ] as const) {
      expect(() => parseMigration(uriOfPayload(message([1, entry()], [3, size], [4, index])))).toThrow(refused("data"));
    }
    for (const text of [
      [4, "0"],
      [4, Uint8Array.of(0)],
      [5, "1"],
    ] as const) {
      expect(() => parseMigration(uriOfPayload(message([1, entry()], text)))).toThrow(refused("data"));
    }
    for (const [written, size] of [
      [0, 1],
      [65_536, 65_536],
    ] as const) {
      expect(parseMigration(uriOfPayload(message([1, entry()], [3, written], [4, 0]))).batch.size).toBe(size);
    }
  });

  it("refuses other URIs, and data that is no base64", () => {
    const uri = uriOfPayload(payload(entry()));
    for (const other of [
      "",
      "otpauth-migration://offline",
      "otpauth-migration://offline?",
      "otpauth-migration://online?data=AA",
      "otpauth://offline?data=AA",
      ` ${uri}`,
      `x${uri}`,
      `${uri}&data=AA`,
      `${uri}#`,
      `${uri}&`,
      `otpauth-migration://offline?x=1&data=AA`,
    ]) {
      expect(() => parseMigration(other), other).toThrow(refused("uri"));
    }
    for (const data of [
      "A",
      "A===",
      "====A",
      "*",
      "%",
      "%zz",
      "%ff",
      "AB",
      "ÄÄ",
      "AA\n",
      "%00",
      "\ud800",
      "A".repeat(13),
    ]) {
      expect(() => parseMigration(SCHEME + data), data).toThrow(refused("data"));
    }
    const longest = SCHEME.padEnd(65_536, "A");
    expect(() => parseMigration(longest)).toThrow(refused("data"));
    expect(() => parseMigration(`${longest}A`)).toThrow(refused("uri"));
  });

  it("refuses what is no text and no list of texts, holes too", () => {
    for (const value of [undefined, null, 1, {}, new Set([SCHEME]), [], () => SCHEME]) {
      expect(() => parseMigration(value as never)).toThrow(refused("uris"));
    }
    // biome-ignore lint/suspicious/noSparseArray: that is what is asked
    for (const value of [[undefined], [null], [1], [[SCHEME]], [,], [, SCHEME], new Array(3)]) {
      expect(() => parseMigration(value as never)).toThrow(refused("uri"));
    }
  });

  it("says nothing of what it was given (trap 79)", () => {
    for (const uri of [
      "MARK",
      `${SCHEME}MARK1`,
      `${SCHEME}MARK%zz`,
      uriOfPayload(Buffer.from("MARK")),
      `${SCHEME}MARK#MARK`,
    ]) {
      for (const value of [uri, [uri], [uri, uri]]) {
        try {
          parseMigration(value);
          expect.unreachable();
        } catch (error) {
          expect(isOtpError(error)).toBe(true);
          expect(`${error} ${JSON.stringify(error)}`).not.toMatch(/MARK/);
        }
      }
    }
    const { skipped } = read([4, 4]);
    expect(JSON.stringify(skipped)).not.toContain(BASE32);
  });
});

describe("formatMigration", () => {
  it.each([
    ["period", { period: 60 }],
    ["epoch", { epoch: 1 }],
    ["encoder", { encoder: "steam" }],
    ["digits", { digits: 7 }],
    ["digits", { digits: 10 }],
    ["digits", { digits: 9.5 }],
    ["period", { period: "30" }],
    ["algorithm", { algorithm: "MD5" }],
    ["algorithm", { algorithm: "sha1" }],
    ["type", { type: undefined }],
    ["type", { type: "steam" }],
    ["account", { account: null }],
    ["account", { account: "" }],
    ["account", { account: " alice" }],
    ["account", { account: "a:b" }],
    ["issuer", { issuer: "" }],
    ["issuer", { issuer: "a:b" }],
    ["secret", { secret: undefined }],
    ["secret", { secret: Uint8Array.of(1) }],
    ["counter", { type: "hotp", counter: -1 }],
    ["counter", { type: "hotp", counter: 0n }],
    ["encoder", { type: "hotp", encoder: "steam" }],
  ])("names the place of a wrong %s: %o", (field, wrong) => {
    const keys = [KEY, KEY, { ...KEY, ...wrong }] as readonly Key[];
    expect(() => formatMigration(keys)).toThrow(refusal("invalid-argument", `keys[2].${field}`));
  });

  it("does not read in a HOTP key what is about TOTP: it may be a row with columns of its own", () => {
    const row = { ...KEY, type: "hotp", period: 60, epoch: 1 } as const;
    expect(parseMigration(formatMigration([row])).keys).toEqual([
      { ...KEY, type: "hotp", algorithm: "SHA1", digits: 6, counter: 0 },
    ]);
  });

  it("passes on what a getter of a key throws: that is no fault of the key", () => {
    const row = {
      type: "totp",
      get secret(): string {
        throw new RangeError("the database is gone");
      },
    } as const;
    expect(() => formatMigration([row])).toThrow(RangeError);
  });

  it("refuses a secret that is none, and what is no list of keys", () => {
    for (const secret of ["", "1", "A", "AB"]) {
      expect(() => formatMigration([{ ...KEY, secret }])).toThrow(refusal("invalid-secret", "keys[0].secret"));
    }
    for (const value of [undefined, null, KEY, "x", 1, new Set([KEY])]) {
      expect(() => formatMigration(value as never)).toThrow(refusal("invalid-argument", "keys"));
    }
    for (const value of [null, undefined, 1, "x"]) {
      expect(() => formatMigration([value] as never)).toThrow(refusal("invalid-argument", "keys[0].key"));
    }
    expect(() => formatMigration(new Array(2))).toThrow(refusal("invalid-argument", "keys[0].key"));
    expect(formatMigration([])).toEqual([]);
  });
});
