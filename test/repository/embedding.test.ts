// Other OTP libraries run on the engine of otp-core (examples/embedding). Their answers are the same as on their own engine, and the
// same as those of otp-core.
import { readdirSync } from "node:fs";
import fc from "fast-check";
import { type Algorithm, decodeBase32, encodeBase32, hotp, totp } from "otp-core";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { ALGORITHMS } from "../support/engines.ts";
import { rival, rivals } from "../support/other-libraries.ts";

type Hmac = (algorithm: string, key: Uint8Array, message: Uint8Array) => Uint8Array;
interface Plugins {
  readonly crypto: {
    readonly hmac: Hmac;
    randomBytes(length: number): Uint8Array;
    constantTimeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean;
  };
  readonly base32: {
    encode(data: Uint8Array, options?: { readonly padding?: boolean }): string;
    decode(text: string): Uint8Array;
  };
}
type Options = Readonly<Record<string, unknown>>;
interface Otplib {
  generate(options: Options): Promise<string>;
  generateSync(options: Options): string;
  verifySync(options: Options): { readonly valid: boolean };
  generateSecret(options: Options): string;
  createGuardrails(limits: Options): unknown;
  readonly ScureBase32Plugin: new () => Plugins["base32"];
}
interface OtpauthKind {
  generate(options: Options): string;
  validate(options: Options): number | null;
}
interface Otpauth {
  readonly HOTP: OtpauthKind;
  readonly TOTP: OtpauthKind & (new (options: Options) => OtpauthKind);
  readonly Secret: { fromBase32(text: string): unknown };
}

const example = async (name: string) => import(new URL(`../../examples/embedding/${name}`, import.meta.url).href);
const plugins: Plugins = await example("otplib.js");
const { hmac }: { readonly hmac: Hmac } = await example("otpauth.js");
const otplib = await rival<Otplib>("otplib/dist/index.js");
const otpauth = await rival<Otpauth>("otpauth/dist/otpauth.node.mjs");

const anySecret = fc.uint8Array({ minLength: 1, maxLength: 160 });
const anyAlgorithm = fc.constantFrom(...ALGORITHMS);
const anyCounter = fc.oneof(fc.nat(1000), fc.maxSafeNat());
const anyNow = fc.integer({ min: 0, max: 4_102_444_800 }).map((seconds) => seconds * 1000);
const anyPeriod = fc.constantFrom(1, 30, 60, 3600);

describe("otplib 13 on otp-core", () => {
  const guardrails = otplib.createGuardrails({ MIN_SECRET_BYTES: 1, MAX_SECRET_BYTES: 160 });
  const common = (secret: Uint8Array | string, algorithm: Algorithm, digits: number) => {
    return { secret, algorithm: algorithm.toLowerCase(), digits, guardrails };
  };
  const anyDigits = fc.integer({ min: 6, max: 8 });

  it("has the codes of a counter that it has alone, and ours", () =>
    fc.assert(
      fc.asyncProperty(anySecret, anyAlgorithm, anyDigits, anyCounter, async (secret, algorithm, digits, counter) => {
        const options = { strategy: "hotp", ...common(secret, algorithm, digits), counter };
        const code = otplib.generateSync({ ...options, ...plugins });
        expect(code).toBe(otplib.generateSync(options));
        expect(code).toBe(hotp({ secret, algorithm, digits }, counter));
        expect(await otplib.generate({ ...options, ...plugins })).toBe(code);
        const text = { ...options, secret: encodeBase32(secret).toLowerCase() };
        expect(otplib.generateSync({ ...text, ...plugins })).toBe(code);
      }),
    ));

  it("has the codes of a moment that it has alone, and ours", () =>
    fc.assert(
      fc.property(anySecret, anyAlgorithm, anyNow, anyPeriod, (secret, algorithm, now, period) => {
        const options = { ...common(secret, algorithm, 6), epoch: now / 1000, period };
        const code = otplib.generateSync({ ...options, ...plugins });
        expect(code).toBe(otplib.generateSync(options));
        expect(code).toBe(totp({ secret, algorithm, period }, { now }));
      }),
    ));

  it("gives the verdicts that it gives alone", () =>
    fc.assert(
      fc.property(
        anySecret,
        anyAlgorithm,
        fc.nat(1e6),
        fc.integer({ min: -3, max: 5 }),
        (secret, algorithm, at, off) => {
          const token = hotp({ secret, algorithm }, Math.max(0, at + off));
          const options = {
            strategy: "hotp",
            ...common(secret, algorithm, 6),
            token,
            counter: at,
            counterTolerance: [1, 3],
          };
          const verdict = otplib.verifySync({ ...options, ...plugins });
          expect(verdict).toEqual(otplib.verifySync(options));
          if (at > 0 && off >= -1 && off <= 3) expect(verdict.valid).toBe(true);
        },
      ),
    ));

  it("writes and reads base32 as its own plugin does, and refuses what it refuses", () => {
    const own = new otplib.ScureBase32Plugin();
    fc.assert(
      fc.property(anySecret, fc.boolean(), (bytes, padding) => {
        const text = plugins.base32.encode(bytes, { padding });
        expect(text).toBe(own.encode(bytes, { padding }));
        expect(plugins.base32.decode(text)).toEqual(bytes);
      }),
    );
    for (const text of ["A", "AB", "GEZDGNB1", "GEZ!"]) {
      expect(() => own.decode(text)).toThrow();
      expect(() => plugins.base32.decode(text)).toThrow();
    }
  });

  it("draws secrets and compares texts and bytes", () => {
    const secrets = [otplib.generateSecret(plugins as unknown as Options), otplib.generateSecret({ ...plugins })];
    expect(secrets.map((secret) => decodeBase32(secret).length)).toEqual([20, 20]);
    expect(secrets[0]).not.toBe(secrets[1]);
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(plugins.crypto.constantTimeEqual(a, b)).toBe(a === b);
        expect(plugins.crypto.constantTimeEqual(a, Buffer.from(a))).toBe(true);
      }),
    );
  });

  it("really is asked for every digest", () => {
    let digests = 0;
    const counting: Hmac = (...question) => {
      digests++;
      return plugins.crypto.hmac(...question);
    };
    const crypto = { ...plugins.crypto, hmac: counting };
    const options = { strategy: "hotp", ...common(Uint8Array.of(1), "SHA1", 6), counter: 9, counterTolerance: 4 };
    expect(otplib.verifySync({ ...options, token: "000000", crypto }).valid).toBe(false);
    expect(digests).toBe(5);
  });

  it("knows the three algorithms under the names that otplib allows, and no other", () => {
    const [key, data] = [Uint8Array.of(1), Uint8Array.of(2)];
    for (const name of ["sha256", "SHA256", "SHA-256", "Sha_256"])
      expect(plugins.crypto.hmac(name, key, data)).toHaveLength(32);
    for (const name of ["md5", "sha", "sha3-256", "", "constructor"])
      expect(() => plugins.crypto.hmac(name, key, data)).toThrow("name must be the name of SHA-1, SHA-256 or SHA-512");
  });
});

describe("otpauth on otp-core", () => {
  const anyDigits = fc.integer({ min: 6, max: 10 });

  it("has the codes of a counter that it has alone, and ours", () =>
    fc.assert(
      fc.property(anySecret, anyAlgorithm, anyDigits, anyCounter, (bytes, algorithm, digits, counter) => {
        const text = encodeBase32(bytes);
        const options = { secret: otpauth.Secret.fromBase32(text), algorithm, digits, counter };
        const code = otpauth.HOTP.generate({ ...options, hmac });
        expect(code).toBe(otpauth.HOTP.generate(options));
        expect(code).toBe(hotp({ secret: text, algorithm, digits }, counter));
      }),
    ));

  it("has the codes of a moment and the verdicts that it has alone", () =>
    fc.assert(
      fc.property(anySecret, anyAlgorithm, anyNow, anyPeriod, fc.nat(4), (bytes, algorithm, now, period, off) => {
        const secret = encodeBase32(bytes);
        const [own, embedded] = [{}, { hmac }].map(
          (engine) => new otpauth.TOTP({ secret, algorithm, period, ...engine }),
        );
        const token = totp({ secret, algorithm, period }, { now: now + off * period * 1000 });
        const timestamp = now;
        expect(embedded?.generate({ timestamp })).toBe(own?.generate({ timestamp }));
        const delta = embedded?.validate({ token, timestamp, window: 2 });
        expect(delta).toBe(own?.validate({ token, timestamp, window: 2 }));
        if (off <= 2) expect(delta).not.toBeNull();
      }),
    ));

  it("refuses an algorithm that the engine does not have, instead of taking another", () => {
    const secret = otpauth.Secret.fromBase32("GEZDGNBVGY3TQOJQ");
    for (const algorithm of ["SHA224", "SHA384", "SHA3-256"])
      expect(() => otpauth.HOTP.generate({ secret, algorithm, counter: 0, hmac })).toThrow(
        "name must be the name of SHA-1, SHA-256 or SHA-512",
      );
  });
});

describe("the adapters", () => {
  it("have the types that the libraries ask for", () => {
    const folder = new URL("../../examples/embedding/", import.meta.url);
    const files = readdirSync(folder).map((name) => new URL(name, folder).pathname);
    expect(files.length).toBeGreaterThan(4);
    const source = (path: string) => [new URL(`../../src/${path}`, import.meta.url).pathname];
    const program = ts.createProgram(files, {
      allowJs: true,
      checkJs: true,
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      types: ["node"],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      paths: {
        "otp-core": source("index.ts"),
        "otp-core/hmac": source("hmac/hmac.ts"),
        otplib: [`${rivals}node_modules/otplib`],
        otpauth: [`${rivals}node_modules/otpauth`],
      },
    });
    const problems = ts.getPreEmitDiagnostics(program);
    expect(ts.formatDiagnostics(problems, ts.createCompilerHost({}))).toBe("");
  });
});
