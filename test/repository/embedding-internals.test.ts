// Other OTP libraries with otp-core inside (examples/embedding): with their arithmetic replaced, they return what they returned before.
import fc from "fast-check";
import { encodeBase32 } from "otp-core";
import { describe, expect, it } from "vitest";
import { movingVectors } from "../support/moving-vectors.ts";
import { predecessor, rival } from "../support/other-libraries.ts";
import { drawSeed } from "../support/seed.ts";

type Options = Readonly<Record<string, unknown>>;
interface Otplib {
  generateSync(options: Options): string;
  verifySync(options: Options): unknown;
}
interface Kind {
  generate(options?: Options): string;
  validate(options: Options): number | null;
}
type KindClass = Kind & (new (options: Options) => Kind & { counter: unknown });
interface Otpauth {
  readonly HOTP: KindClass;
  readonly TOTP: KindClass;
}
interface Otplib12 {
  readonly hotp: { clone(options: Options): Otplib12["hotp"]; generate(secret: string, counter: number): string };
}

const example = async (name: string) => import(new URL(`../../examples/embedding/${name}`, import.meta.url).href);
const seed = drawSeed();
const check = <T>(property: fc.IProperty<T>) => fc.assert(property, { seed, numRuns: 150 });

const anySecret = fc.uint8Array({ minLength: 1, maxLength: 80 });
const anyCounter = fc.oneof(fc.nat(1000), fc.nat(2 ** 31 + 1000), fc.constant(2 ** 32 + 5));
const anyOff = fc.integer({ min: -4, max: 4 });
const anyAlgorithm = fc.constantFrom("sha1", "sha256", "sha512");

describe("otplib 13 with otp-core inside", async () => {
  const real = await rival<Otplib & { createGuardrails(limits: Options): unknown }>("otplib/dist/index.js");
  const inside: Otplib = await example("otplib-internals.js");
  const guardrails = real.createGuardrails({ MIN_SECRET_BYTES: 1, MAX_SECRET_BYTES: 160 });
  const anyKey = fc
    .tuple(anySecret, fc.boolean(), anyAlgorithm, fc.constantFrom(6, 7, 8))
    .map(([bytes, isText, algorithm, digits]) => ({ secret: isText ? encodeBase32(bytes) : bytes, algorithm, digits }));
  const expectSame = (options: Options) =>
    expect(inside.verifySync(options)).toEqual(real.verifySync({ ...options, guardrails }));

  it("has the codes and verdicts of a counter", () => {
    const anyTolerance = fc.oneof(fc.nat(3), fc.tuple(fc.nat(3), fc.nat(3)));
    check(
      fc.property(anyKey, anyCounter, anyOff, anyTolerance, (key, counter, off, counterTolerance) => {
        const options = { strategy: "hotp", ...key, counter };
        const code = inside.generateSync(options);
        expect(code).toBe(real.generateSync({ ...options, guardrails }));
        const token = inside.generateSync({ ...options, counter: Math.max(0, counter + off) });
        expectSame({ ...options, token, counterTolerance });
        expectSame({ ...options, token });
      }),
    );
  });

  it("has the codes and verdicts of a moment, also after a step that was accepted", () => {
    const anyTolerance = fc.oneof(fc.nat(90), fc.tuple(fc.nat(90), fc.nat(90)));
    const anyMoment = fc.record({
      epoch: fc.integer({ min: 2_000_000, max: 4_102_444_800 }),
      period: fc.constantFrom(30, 60),
      t0: fc.constantFrom(0, 1_000_000),
    });
    const anyAfter = fc.option(fc.integer({ min: -3, max: 0 }), { nil: undefined });
    check(
      fc.property(anyKey, anyMoment, anyOff, anyTolerance, anyAfter, (key, moment, off, epochTolerance, after) => {
        const options = { ...key, ...moment };
        expect(inside.generateSync(options)).toBe(real.generateSync({ ...options, guardrails }));
        const token = inside.generateSync({ ...options, epoch: moment.epoch + off * moment.period });
        const step = Math.floor((moment.epoch - moment.t0) / moment.period);
        const used = after === undefined ? {} : { afterTimeStep: step + after };
        expectSame({ ...options, token, epochTolerance, ...used });
        expectSame({ ...options, token, ...used });
      }),
    );
  });

  it("answers a token that is not a code", () => {
    for (const token of ["", "12345", "abcdef", "1234567"]) {
      expect(inside.verifySync({ secret: "GEZDGNBVGY3TQOJQ", token })).toEqual({ valid: false });
    }
  });
});

describe("otpauth with otp-core inside", async () => {
  const real = await rival<Otpauth & { Secret: new (options: Options) => unknown }>("otpauth/dist/otpauth.node.mjs");
  const inside: Otpauth = (await example("otpauth-internals.js")).onOtpCore(real);
  const anyKey = fc
    .tuple(anySecret, anyAlgorithm, fc.integer({ min: 6, max: 10 }))
    .map(([bytes, algorithm, digits]) => {
      return { secret: new real.Secret({ buffer: bytes.slice().buffer }), algorithm: algorithm.toUpperCase(), digits };
    });

  it("has the codes and distances of a counter, of which the nearest counts", () =>
    check(
      fc.property(anyKey, anyCounter, anyOff, fc.option(fc.nat(4), { nil: undefined }), (key, counter, off, window) => {
        const token = inside.HOTP.generate({ ...key, counter: Math.max(0, counter + off) });
        expect(token).toBe(real.HOTP.generate({ ...key, counter: Math.max(0, counter + off) }));
        const typed = { token, counter, window };
        // Below zero otpauth computes codes that no device has.
        fc.pre(counter >= 5);
        expect(inside.HOTP.validate({ ...key, ...typed })).toBe(real.HOTP.validate({ ...key, ...typed }));
        const [ours, theirs] = [new inside.HOTP({ ...key, counter }), new real.HOTP({ ...key, counter })];
        expect(ours.validate(typed)).toBe(theirs.validate(typed));
        expect(ours.validate({ token })).toBe(theirs.validate({ token }));
        expect([ours.generate(), ours.counter]).toEqual([theirs.generate(), theirs.counter]);
      }),
    ));

  it("has the codes and distances of a moment", () => {
    const anyMoment = fc.record({
      timestamp: fc.nat(4e9).map((time) => 1e6 + time * 1000),
      period: fc.constantFrom(30, 60),
    });
    check(
      fc.property(anyKey, anyMoment, anyOff, fc.nat(4), (key, { timestamp, period }, off, window) => {
        const options = { ...key, period, timestamp };
        const token = real.TOTP.generate({ ...options, timestamp: timestamp + off * period * 1000 });
        expect(inside.TOTP.generate(options)).toBe(real.TOTP.generate(options));
        expect(inside.TOTP.validate({ ...options, token, window })).toBe(
          real.TOTP.validate({ ...options, token, window }),
        );
        const [ours, theirs] = [new inside.TOTP(options), new real.TOTP(options)];
        expect(ours.generate({ timestamp })).toBe(theirs.generate({ timestamp }));
        expect(ours.validate({ token, timestamp, window })).toBe(theirs.validate({ token, timestamp, window }));
      }),
    );
  });

  it("has codes of fewer digits than RFC 4226 allows", () => {
    const secret = new real.Secret({ buffer: Uint8Array.of(1, 2, 3).buffer });
    for (const digits of [1, 5]) {
      expect(inside.HOTP.generate({ secret, digits, counter: 7 })).toBe(
        real.HOTP.generate({ secret, digits, counter: 7 }),
      );
    }
  });

  it("takes the nearest of two counters with one code", () => {
    // Two counters that are near each other and have one code of six digits.
    const secret = new real.Secret({ buffer: Uint8Array.from(Buffer.from("12345678901234567890")).buffer });
    const seen = new Map<string, number>();
    let pair: [number, number, string] | undefined;
    for (let counter = 0; pair === undefined; counter++) {
      const code = inside.HOTP.generate({ secret, counter });
      const before = seen.get(code);
      if (before !== undefined && counter - before < 60) pair = [before, counter, code];
      seen.set(code, counter);
    }
    const [before, after, token] = pair;
    for (const counter of [before + 1, after - 1, Math.floor((before + after) / 2)]) {
      const typed = { secret, token, counter, window: 60 };
      expect(inside.HOTP.validate(typed)).toBe(real.HOTP.validate(typed));
    }
  });
});

describe("otplib 12 with the digest of otp-core", async () => {
  const { hotp } = await predecessor<Otplib12>("otplib/index.js");
  const { createDigest }: { createDigest: unknown } = await example("otplib-12.js");

  it.each(movingVectors("otplib-12").hotp)("$what: counter $counter, $algorithm", (row) => {
    const { secret, format, algorithm, digits, counter, code } = row;
    const options = { createDigest, algorithm: algorithm.toLowerCase(), digits, encoding: format };
    expect(hotp.clone(options).generate(secret, counter)).toBe(code);
  });
});
