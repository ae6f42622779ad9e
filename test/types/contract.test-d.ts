// Every public signature of the core, as the contract has it: `toEqualTypeOf` asks for identity, down to each `readonly`, each
// question mark and each overload in its order.
import type * as core from "otp-core";
import type * as pure from "otp-core/hmac";
import type * as node from "otp-core/hmac/node";
import type * as web from "otp-core/hmac/web";
import { describe, expectTypeOf, it } from "vitest";

type A = core.Algorithm;
type TP<S extends core.Secret = string> = core.TotpParameters<S>;
type HP<S extends core.Secret = string> = core.HotpParameters<S>;

describe("the entry points", () => {
  it("lead to these values and to no others", () => {
    expectTypeOf<keyof typeof core>().toEqualTypeOf<
      | "OtpError"
      | "attemptHotp"
      | "attemptTotp"
      | "createHotpKey"
      | "createTotpKey"
      | "decodeBase32"
      | "deriveBytes"
      | "detectKey"
      | "diagnose"
      | "encodeBase32"
      | "equalBytes"
      | "findCounter"
      | "formatMigration"
      | "formatUri"
      | "generateSecret"
      | "hotp"
      | "inspectUri"
      | "isOtpError"
      | "parseKey"
      | "parseMigration"
      | "parseTotpKey"
      | "parseUri"
      | "randomBytes"
      | "resyncHotp"
      | "resyncTotp"
      | "timeRemainingMs"
      | "timeStep"
      | "toAlgorithm"
      | "totp"
      | "truncate"
      | "verifyHotp"
      | "verifyTotp"
    >();
    expectTypeOf<keyof typeof pure>().toEqualTypeOf<"hmac">();
    expectTypeOf<keyof typeof node>().toEqualTypeOf<"nodeHmac">();
    expectTypeOf<keyof typeof web>().toEqualTypeOf<"webHmac">();
  });
});

describe("errors", () => {
  it("have a closed set of codes", () => {
    expectTypeOf<core.OtpErrorCode>().toEqualTypeOf<
      | "invalid-argument"
      | "invalid-secret"
      | "weak-secret"
      | "invalid-uri"
      | "invalid-key"
      | "invalid-file"
      | "random-unavailable"
      | "crypto-unavailable"
      | "signer-failed"
      | "key-unsealable"
      | "pepper-missing"
      | "store-failed"
      | "store-contention"
      | "store-uncertain"
      | "store-refused"
      | "state-invalid"
      | "delivery-failed"
    >();
  });

  it("say what was wrong", () => {
    expectTypeOf<core.OtpError>().toExtend<Error>();
    expectTypeOf<
      Pick<core.OtpError, "name" | "code" | "argument" | "expected" | "resendAt" | "cause">
    >().toEqualTypeOf<{
      readonly name: "OtpError";
      readonly code: core.OtpErrorCode;
      readonly argument: string | undefined;
      readonly expected: string | undefined;
      readonly resendAt: number | undefined;
      readonly cause?: unknown;
    }>();
    expectTypeOf<core.OtpErrorDetails>().toEqualTypeOf<{
      readonly argument?: string | undefined;
      readonly expected?: string | undefined;
      readonly resendAt?: number | undefined;
      readonly cause?: unknown;
    }>();
    type Constructor = new (code: core.OtpErrorCode, message: string, details?: core.OtpErrorDetails) => core.OtpError;
    expectTypeOf<ConstructorParameters<typeof core.OtpError>>().toEqualTypeOf<ConstructorParameters<Constructor>>();
    expectTypeOf<InstanceType<typeof core.OtpError>>().toEqualTypeOf<core.OtpError>();
    expectTypeOf<typeof core.isOtpError>().toEqualTypeOf<(value: unknown) => value is core.OtpError>();
  });
});

describe("encoding", () => {
  it("takes plain bytes and returns Bytes", () => {
    expectTypeOf<core.Bytes>().toEqualTypeOf<ReturnType<typeof Uint8Array.of>>();
    expectTypeOf<typeof core.encodeBase32>().toEqualTypeOf<(bytes: Uint8Array) => string>();
    expectTypeOf<typeof core.decodeBase32>().toEqualTypeOf<(text: string) => core.Bytes>();
    expectTypeOf<typeof core.randomBytes>().toEqualTypeOf<(length: number) => core.Bytes>();
    expectTypeOf<typeof core.equalBytes>().toEqualTypeOf<(a: Uint8Array, b: Uint8Array) => boolean>();
    expectTypeOf<typeof core.generateSecret>().toEqualTypeOf<(bytes?: number) => string>();
    expectTypeOf<typeof core.deriveBytes>().toEqualTypeOf<(secret: string, purpose: string) => core.Bytes>();
    expectTypeOf<core.Pepper>().toExtend<Uint8Array | readonly [Uint8Array, ...Uint8Array[]]>();
    expectTypeOf<Uint8Array | readonly [Uint8Array, ...Uint8Array[]]>().toExtend<core.Pepper>();
    expectTypeOf<typeof core.truncate>().toEqualTypeOf<(digest: Uint8Array, digits: number) => string>();
    expectTypeOf<typeof core.toAlgorithm>().toEqualTypeOf<(name: string) => A>();
  });
});

describe("handles", () => {
  it("are an algorithm and a sign, in two colours", () => {
    expectTypeOf<A>().toEqualTypeOf<"SHA1" | "SHA256" | "SHA512">();
    expectTypeOf<core.Signer>().toEqualTypeOf<{
      readonly algorithm: A;
      readonly async?: false | undefined;
      sign(message: core.Bytes): Uint8Array;
    }>();
    expectTypeOf<core.AsyncSigner>().toEqualTypeOf<{
      readonly algorithm: A;
      readonly async: true;
      sign(message: core.Bytes): Promise<Uint8Array>;
    }>();
    expectTypeOf<core.SyncSecret>().toEqualTypeOf<string | Uint8Array | core.Signer>();
    expectTypeOf<core.Secret>().toEqualTypeOf<core.SyncSecret | core.AsyncSigner>();
  });

  it("come from three engines", () => {
    expectTypeOf<typeof pure.hmac>().toEqualTypeOf<(secret: string | Uint8Array, algorithm?: A) => core.Signer>();
    expectTypeOf<typeof node.nodeHmac>().toEqualTypeOf<
      (secret: string | Uint8Array | node.NodeKeyObject, algorithm?: A) => core.Signer
    >();
    expectTypeOf<typeof web.webHmac>().toEqualTypeOf<{
      (secret: string | Uint8Array, algorithm?: A): core.AsyncSigner;
      (key: web.WebKey): core.AsyncSigner;
    }>();
    expectTypeOf<node.NodeKeyObject>().toEqualTypeOf<{
      readonly type: string;
      readonly symmetricKeySize?: number | undefined;
      export(): unknown;
    }>();
    expectTypeOf<web.WebKey>().toEqualTypeOf<{
      readonly type: string;
      readonly extractable: boolean;
      readonly algorithm: { readonly name: string };
      readonly usages: readonly string[];
    }>();
  });

  it("have the same types in the entry point ./hmac", () => {
    expectTypeOf<pure.Algorithm>().toEqualTypeOf<A>();
    expectTypeOf<pure.Signer>().toEqualTypeOf<core.Signer>();
    expectTypeOf<pure.AsyncSigner>().toEqualTypeOf<core.AsyncSigner>();
    expectTypeOf<pure.Bytes>().toEqualTypeOf<core.Bytes>();
  });
});

describe("keys", () => {
  it("have these fields as parameters", () => {
    expectTypeOf<TP<core.Signer>>().toEqualTypeOf<{
      readonly type?: "totp" | undefined;
      readonly secret: core.Signer;
      readonly algorithm?: A | undefined;
      readonly digits?: number | undefined;
      readonly period?: number | undefined;
      readonly epoch?: number | undefined;
      readonly encoder?: "steam" | undefined;
      readonly issuer?: string | undefined;
      readonly account?: string | undefined;
      readonly domain?: string | undefined;
    }>();
    expectTypeOf<HP<core.Signer>>().toEqualTypeOf<{
      readonly type?: "hotp" | undefined;
      readonly secret: core.Signer;
      readonly algorithm?: A | undefined;
      readonly digits?: number | undefined;
      readonly counter?: number | undefined;
      readonly issuer?: string | undefined;
      readonly account?: string | undefined;
      readonly domain?: string | undefined;
    }>();
  });

  it("have the type that is given, and text by default", () => {
    expectTypeOf<core.TotpKey["type"]>().toEqualTypeOf<"totp">();
    expectTypeOf<core.HotpKey["type"]>().toEqualTypeOf<"hotp">();
    expectTypeOf<Omit<core.TotpKey, "type">>().toEqualTypeOf<Omit<TP, "type">>();
    expectTypeOf<Omit<core.HotpKey<core.AsyncSigner>, "type">>().toEqualTypeOf<Omit<HP<core.AsyncSigner>, "type">>();
    expectTypeOf<core.Key>().toEqualTypeOf<core.TotpKey<string> | core.HotpKey<string>>();
    expectTypeOf<core.Key<core.Signer>>().toEqualTypeOf<core.TotpKey<core.Signer> | core.HotpKey<core.Signer>>();
  });

  it("are made and read", () => {
    expectTypeOf<core.CreateTotpKeyOptions>().toEqualTypeOf<{
      readonly issuer: string;
      readonly account: string;
      readonly domain?: string | undefined;
      readonly algorithm?: A | undefined;
      readonly digits?: number | undefined;
      readonly period?: number | undefined;
    }>();
    type CreateHotp = Omit<core.CreateTotpKeyOptions, "period"> & { readonly counter?: number | undefined };
    expectTypeOf<Pick<core.CreateHotpKeyOptions, keyof core.CreateHotpKeyOptions>>().toEqualTypeOf<
      Pick<CreateHotp, keyof CreateHotp>
    >();
    expectTypeOf<typeof core.createTotpKey>().toEqualTypeOf<(options: core.CreateTotpKeyOptions) => core.TotpKey>();
    expectTypeOf<typeof core.createHotpKey>().toEqualTypeOf<(options: core.CreateHotpKeyOptions) => core.HotpKey>();
    expectTypeOf<typeof core.parseKey>().toEqualTypeOf<(value: unknown) => core.Key>();
    expectTypeOf<typeof core.parseTotpKey>().toEqualTypeOf<(value: unknown) => core.TotpKey>();
  });
});

describe("key URIs", () => {
  it("are written and read", () => {
    expectTypeOf<core.UriExtra>().toEqualTypeOf<Readonly<Record<string, string>>>();
    expectTypeOf<core.UriKey>().toEqualTypeOf<core.Key & { readonly extra?: core.UriExtra }>();
    expectTypeOf<core.FormatUriOptions>().toEqualTypeOf<{
      readonly scheme?: "otpauth" | "apple-otpauth" | undefined;
      readonly domain?: string | undefined;
      readonly extra?: core.UriExtra | undefined;
    }>();
    expectTypeOf<core.IssuerConflict>().toEqualTypeOf<"parameter" | "label" | "error">();
    expectTypeOf<core.ParseUriOptions>().toEqualTypeOf<{ readonly issuerConflict?: core.IssuerConflict | undefined }>();
    expectTypeOf<typeof core.formatUri>().toEqualTypeOf<
      (key: core.Key<string | Uint8Array>, options?: core.FormatUriOptions) => string
    >();
    expectTypeOf<typeof core.parseUri>().toEqualTypeOf<(uri: string, options?: core.ParseUriOptions) => core.UriKey>();
  });

  it("are inspected: a key is there where it is ok", () => {
    expectTypeOf<core.UriProblem>().toEqualTypeOf<{
      readonly severity: "error" | "warning";
      readonly code: core.UriErrorCode | core.UriWarningCode;
      readonly parameter: string | null;
      readonly message: string;
      readonly apps: readonly string[];
    }>();
    expectTypeOf<core.UriReport>().toEqualTypeOf<
      | { readonly ok: true; readonly key: core.UriKey; readonly problems: readonly core.UriProblem[] }
      | { readonly ok: false; readonly key: null; readonly problems: readonly core.UriProblem[] }
    >();
    expectTypeOf<typeof core.inspectUri>().toEqualTypeOf<(text: unknown) => core.UriReport>();
  });

  it("are transferred", () => {
    expectTypeOf<core.MigrationSkip>().toEqualTypeOf<{
      readonly issuer: string;
      readonly account: string;
      readonly reason: "secret" | "issuer" | "account" | "algorithm" | "digits" | "type" | "counter";
    }>();
    expectTypeOf<core.Migration>().toEqualTypeOf<{
      readonly keys: readonly core.Key[];
      readonly skipped: readonly core.MigrationSkip[];
      readonly batch: { readonly id: number; readonly index: number; readonly size: number };
    }>();
    expectTypeOf<typeof core.parseMigration>().toEqualTypeOf<(uris: string | readonly string[]) => core.Migration>();
    expectTypeOf<typeof core.formatMigration>().toEqualTypeOf<(keys: readonly core.Key[]) => string[]>();
  });
});

describe("codes", () => {
  it("come in the colour of the secret", () => {
    expectTypeOf<core.TimeOptions>().toEqualTypeOf<{ readonly now?: number | undefined }>();
    expectTypeOf<typeof core.hotp>().toEqualTypeOf<
      <S extends core.Secret>(key: HP<S>, counter: number | bigint) => core.Answer<S, string>
    >();
    expectTypeOf<typeof core.totp>().toEqualTypeOf<
      <S extends core.Secret>(key: TP<S>, options?: core.TimeOptions) => core.Answer<S, string>
    >();
  });

  it("have a clock", () => {
    type Clock = (key: Pick<TP, "period" | "epoch">, options?: core.TimeOptions) => number;
    expectTypeOf<typeof core.timeStep>().toEqualTypeOf<Clock>();
    expectTypeOf<typeof core.timeRemainingMs>().toEqualTypeOf<Clock>();
  });
});

describe("answers", () => {
  it("are a value, a promise, or what must be awaited", () => {
    expectTypeOf<core.Answer<core.SyncSecret, 1>>().toEqualTypeOf<1>();
    expectTypeOf<core.Answer<core.AsyncSigner, 1>>().toEqualTypeOf<Promise<1>>();
    expectTypeOf<core.Answer<core.Secret, 1>>().toEqualTypeOf<1 | Promise<1>>();
    expectTypeOf<core.MatchOrNull<string, 1>>().toEqualTypeOf<1 | null>();
    expectTypeOf<core.MatchOrNull<core.AsyncSigner, 1>>().toEqualTypeOf<Promise<1 | null>>();
    expectTypeOf<core.MatchOrNull<core.Secret, 1>>().toEqualTypeOf<PromiseLike<1 | null>>();
  });

  it("are of these shapes", () => {
    expectTypeOf<core.TotpMatch>().toEqualTypeOf<{ readonly step: number; readonly drift: number }>();
    expectTypeOf<core.HotpMatch<bigint>>().toEqualTypeOf<{ readonly nextCounter: bigint }>();
    expectTypeOf<core.HotpMatch>().toEqualTypeOf<core.HotpMatch<number>>();
    expectTypeOf<core.Rejected<"x">>().toEqualTypeOf<{ readonly ok: false; readonly reason: "x" }>();
    expectTypeOf<core.CounterOf<0 | 5>>().toEqualTypeOf<number>();
    expectTypeOf<core.CounterOf<0n>>().toEqualTypeOf<bigint>();
    expectTypeOf<core.CounterOf<number | bigint>>().toEqualTypeOf<number | bigint>();
    expectTypeOf<core.TotpOutcome>().toEqualTypeOf<
      ({ readonly ok: true } & core.TotpMatch) | core.Rejected<"malformed" | "mismatch" | "replayed">
    >();
    expectTypeOf<core.HotpOutcome<bigint>>().toEqualTypeOf<
      ({ readonly ok: true } & core.HotpMatch<bigint>) | core.Rejected<"malformed" | "mismatch">
    >();
    expectTypeOf<core.HotpOutcome>().toEqualTypeOf<core.HotpOutcome<number>>();
  });

  it("are asked for with these options", () => {
    expectTypeOf<core.Window>().toEqualTypeOf<number | { readonly past: number; readonly future: number }>();
    expectTypeOf<Pick<core.VerifyTotpOptions, keyof core.VerifyTotpOptions>>().toEqualTypeOf<{
      readonly now?: number | undefined;
      readonly after: number | null;
      readonly window?: core.Window | undefined;
      readonly drift?: number | undefined;
      readonly minSecretBytes?: number | undefined;
    }>();
    expectTypeOf<Pick<core.ResyncTotpOptions, keyof core.ResyncTotpOptions>>().toEqualTypeOf<{
      readonly now?: number | undefined;
      readonly after: number | null;
      readonly window?: core.Window | undefined;
      readonly minSecretBytes?: number | undefined;
    }>();
    expectTypeOf<core.VerifyHotpOptions<bigint>>().toEqualTypeOf<{
      readonly counter: bigint;
      readonly lookAhead?: number | undefined;
      readonly minSecretBytes?: number | undefined;
    }>();
    expectTypeOf<core.VerifyHotpOptions>().toEqualTypeOf<core.VerifyHotpOptions<number>>();
    expectTypeOf<Pick<core.ResyncHotpOptions<bigint>, keyof core.ResyncHotpOptions>>().toEqualTypeOf<{
      readonly counter: bigint;
      readonly lookAhead?: number | undefined;
      readonly minSecretBytes?: number | undefined;
    }>();
    expectTypeOf<core.Codes>().toEqualTypeOf<readonly [first: unknown, second: unknown, ...more: unknown[]]>();
  });

  it("come as the type of the secret says, for TOTP", () => {
    expectTypeOf<typeof core.verifyTotp>().toEqualTypeOf<
      <S extends core.Secret>(
        key: TP<S>,
        code: unknown,
        options: core.VerifyTotpOptions,
      ) => core.MatchOrNull<S, core.TotpMatch>
    >();
    expectTypeOf<typeof core.attemptTotp>().toEqualTypeOf<
      <S extends core.Secret>(
        key: TP<S>,
        code: unknown,
        options: core.VerifyTotpOptions,
      ) => core.Answer<S, core.TotpOutcome>
    >();
    expectTypeOf<typeof core.resyncTotp>().toEqualTypeOf<
      <S extends core.Secret>(
        key: TP<S>,
        codes: core.Codes,
        options: core.ResyncTotpOptions,
      ) => core.MatchOrNull<S, core.TotpMatch>
    >();
  });

  it("come as the types of the secret and of the counter say, for HOTP", () => {
    expectTypeOf<typeof core.verifyHotp>().toEqualTypeOf<
      <S extends core.Secret, C extends number | bigint>(
        key: HP<S>,
        code: unknown,
        options: core.VerifyHotpOptions<C>,
      ) => core.MatchOrNull<S, core.HotpMatch<core.CounterOf<C>>>
    >();
    expectTypeOf<typeof core.attemptHotp>().toEqualTypeOf<
      <S extends core.Secret, C extends number | bigint>(
        key: HP<S>,
        code: unknown,
        options: core.VerifyHotpOptions<C>,
      ) => core.Answer<S, core.HotpOutcome<core.CounterOf<C>>>
    >();
    expectTypeOf<typeof core.resyncHotp>().toEqualTypeOf<
      <S extends core.Secret, C extends number | bigint>(
        key: HP<S>,
        codes: core.Codes,
        options: core.ResyncHotpOptions<C>,
      ) => core.MatchOrNull<S, core.HotpMatch<core.CounterOf<C>>>
    >();
  });
});

describe("searches that accept nothing", () => {
  it("find a counter, a reason, or a key", () => {
    expectTypeOf<typeof core.findCounter>().toEqualTypeOf<
      <S extends core.Secret, C extends number | bigint>(
        key: HP<S> | TP<S>,
        code: unknown,
        range: { readonly from: C; readonly to: C },
      ) => core.MatchOrNull<S, core.CounterOf<C>>
    >();
    expectTypeOf<core.KeyDifference>().toEqualTypeOf<"algorithm" | "digits" | "period">();
    expectTypeOf<core.Diagnosis>().toEqualTypeOf<
      | { readonly cause: "none" }
      | { readonly cause: "clock"; readonly drift: number; readonly driftMs: number }
      | {
          readonly cause: "parameters";
          readonly differs: readonly core.KeyDifference[];
          readonly drift: number;
          readonly key: core.TotpKey;
        }
      | { readonly cause: "encoding"; readonly encoding: "ascii" | "hex"; readonly drift: number }
    >();
    expectTypeOf<Pick<core.DiagnoseOptions, keyof core.DiagnoseOptions>>().toEqualTypeOf<{
      readonly now?: number | undefined;
      readonly steps?: number | undefined;
    }>();
    expectTypeOf<typeof core.diagnose>().toEqualTypeOf<
      (key: TP<string | Uint8Array>, code: unknown, options?: core.DiagnoseOptions) => core.Diagnosis | null
    >();
    expectTypeOf<core.DetectedKey>().toEqualTypeOf<{
      readonly key: core.TotpKey;
      readonly differs: readonly core.KeyDifference[];
      readonly step: number;
    }>();
    expectTypeOf<typeof core.detectKey>().toEqualTypeOf<
      (key: TP<string | Uint8Array>, code: unknown, options?: core.TimeOptions) => core.DetectedKey | null
    >();
  });
});
