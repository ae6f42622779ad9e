import fc from "fast-check";
import { encodeBase32, type HotpKey, type Key, type TotpKey } from "otp-core";
import { meaningOf } from "../../src/uri/parameters.ts";
import { algorithms, digits, periods } from "./arbitrary-keys.ts";

// Keys as wide as formatUri takes them.

/** Characters that mean something in a URI, a form, a template or a script, and others that take several bytes. */
const pieces = fc.oneof(
  fc.constantFrom(..."+%&=?#/@\"'<>;,!*()[]{}|\\^`~$ .-_0aZ"),
  fc.constantFrom(
    "%3A",
    "%20",
    "%2B",
    "ß",
    "ÿ",
    "例",
    "🔐",
    "👩‍👩‍👧",
    "e\u0301",
    "\u200b",
    "\u00a0",
    "\u3000",
    "\ufeff",
    "\u2028",
    "ﬃ",
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }),
);

/** What is no label of any key: the rule in the words of Unicode. */
const BAD = /[:\p{Cc}\p{Cs}]/gu;

export const issuers = fc
  .array(pieces, { minLength: 1, maxLength: 10 })
  .map((list) => list.join("").replace(BAD, ""))
  .filter((text) => text !== "");

/** Spaces before it are no part of an account. */
export const accounts = issuers.map((text) => text.replace(/^ +/, "")).filter((text) => text !== "");

const secrets = fc
  .tuple(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.constantFrom("", " ", "-"), fc.boolean())
  .map(([bytes, separator, lower]) => {
    const text = encodeBase32(bytes).replace(/.{4}(?=.)/g, `$&${separator}`);
    return lower ? text.toLowerCase() : text;
  });

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const names = { secret: secrets, account: maybe(accounts), issuer: maybe(issuers) };
const optional = { algorithm: maybe(algorithms), digits: maybe(digits) };
const epochs = fc.oneof(fc.constantFrom(0, 1, 8.64e12), fc.integer({ min: 0, max: 8.64e12 }));
const requiredKeys = ["type", "secret"] as const;

const plainTotpKeys = fc.record(
  { type: fc.constant("totp" as const), ...names, ...optional, period: maybe(periods), epoch: maybe(epochs) },
  { requiredKeys: [...requiredKeys] },
);
const steamKeys = fc.record(
  {
    type: fc.constant("totp" as const),
    ...names,
    encoder: fc.constant("steam" as const),
    algorithm: fc.constantFrom(undefined, "SHA1" as const),
    digits: fc.constantFrom(undefined, 5),
    period: maybe(periods),
  },
  { requiredKeys: [...requiredKeys, "encoder"] },
);

export const totpKeys: fc.Arbitrary<TotpKey> = fc.oneof({ weight: 4, arbitrary: plainTotpKeys }, steamKeys);

export const hotpKeys: fc.Arbitrary<HotpKey> = fc.record(
  {
    type: fc.constant("hotp" as const),
    ...names,
    ...optional,
    counter: maybe(fc.oneof(fc.constantFrom(0, 2 ** 31 - 1, 2 ** 31, Number.MAX_SAFE_INTEGER), fc.maxSafeNat())),
  },
  { requiredKeys: [...requiredKeys] },
);

/** Domains of services, some of them with letters of both cases. */
export const domains = fc
  .array(fc.stringMatching(/^[A-Za-z0-9-]{1,8}$/), { minLength: 2, maxLength: 4 })
  .map((labels) => labels.join("."));

export const keys: fc.Arbitrary<Key> = fc
  .tuple(fc.oneof({ weight: 2, arbitrary: totpKeys }, hotpKeys), fc.option(domains, { nil: undefined, freq: 2 }))
  .map(([key, domain]) => (domain === undefined || key.issuer === undefined ? key : { ...key, domain }));

/** The keys that Google Authenticator's format can say. */
export const migrationKeys: fc.Arbitrary<Key> = fc
  .tuple(fc.oneof(plainTotpKeys, hotpKeys), fc.constantFrom(undefined, 6, 8))
  .map(([key, length]) =>
    key.type === "hotp" ? { ...key, digits: length } : { ...key, digits: length, period: 30, epoch: undefined },
  );

/** The same key with every default written out and its secret as encodeBase32 writes it. */
export function writtenOut(key: Key): Key {
  const { issuer, account } = key;
  const domain = key.domain === undefined || key.domain === issuer ? {} : { domain: key.domain };
  const common = {
    secret: key.secret.replace(/[ -]/g, "").toUpperCase(),
    algorithm: key.algorithm ?? "SHA1",
    digits: key.digits ?? (key.type === "totp" && key.encoder ? 5 : 6),
    ...(issuer === undefined ? {} : { issuer }),
    ...(account === undefined ? {} : { account }),
    ...domain,
  };
  if (key.type === "hotp") return { type: "hotp", ...common, counter: key.counter ?? 0 };
  return {
    type: "totp",
    ...common,
    period: key.period ?? 30,
    ...(key.epoch ? { epoch: key.epoch } : {}),
    ...(key.encoder ? { encoder: key.encoder } : {}),
  };
}

/** Parameters that no key has. */
export const extras = fc
  .uniqueArray(
    fc.tuple(
      fc.oneof(fc.constantFrom("__proto__", "constructor", "toString", "issuerAlt", "color"), issuers),
      fc.oneof(fc.constant(""), issuers),
    ),
    {
      maxLength: 5,
      selector: ([name]) => name,
    },
  )
  .map((entries) => entries.filter(([name]) => name !== "image" && meaningOf(name) === undefined))
  .map((entries) =>
    entries.reduce(
      (extra, [name, value]) => Object.defineProperty(extra, name, { value, enumerable: true }),
      Object.create(null) as Record<string, string>,
    ),
  );
