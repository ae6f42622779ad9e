// Users that another library enrolled stay enrolled: for every way in which a secret was stored there, the documented conversion
// gives the codes that the real package gave (vectors/moving, written by generate.js).
import { execSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Algorithm, attemptHotp, attemptTotp, decodeBase32, hotp, totp } from "otp-core";
import { beforeAll, describe, expect, it } from "vitest";
import { movingVectors } from "../support/moving-vectors.ts";

interface Conversions {
  fromText(secret: string | Uint8Array, encoding?: string): string;
  droppingSpareBits(text: string): string;
  keepingSpareBits(text: string): string;
  fromOtplib12(secret: string, encoding: string, algorithm: string): string;
  fromOtplib12Authenticator(text: string, algorithm: string): string;
  wrappedCounter(counter: number): bigint;
}
const moving: Conversions = await import(new URL("../../examples/moving.js", import.meta.url).href);

interface Stored {
  readonly call: string;
  readonly secret: string;
  readonly format: string;
  readonly algorithm: string;
}

const spacesAsA = (text: string) => text.replaceAll(" ", "A");
const asItIs = ({ secret, format }: Stored) =>
  format === "base32" ? moving.droppingSpareBits(secret) : moving.fromText(secret, format);

/** What guides/moving.md tells to do, by library: the bytes that the library signed with. */
const CONVERSIONS: Readonly<Record<string, (stored: Stored) => string>> = {
  "otplib-12": (stored) => {
    const { call, secret, format, algorithm } = stored;
    if (call === "authenticator") return moving.fromOtplib12Authenticator(spacesAsA(secret), algorithm);
    return call === "totp" ? moving.fromOtplib12(secret, format, algorithm) : asItIs(stored);
  },
  "otplib-13": asItIs,
  speakeasy: (stored) => {
    return stored.format === "base32" ? moving.keepingSpareBits(spacesAsA(stored.secret)) : asItIs(stored);
  },
  otpauth: asItIs,
  notp: asItIs,
  oslo: asItIs,
};
/** Whose counters beyond 31 bits were others. */
const WRAPS = ["speakeasy", "notp"];

describe.each(Object.keys(CONVERSIONS))("moving from %s", (library) => {
  const { totp: totps, hotp: hotps, typed: typedRows } = movingVectors(library);
  const converted = (stored: Stored) => CONVERSIONS[library]?.(stored) ?? "";

  it.each(totps)("$call, $what: $code", ({ code, app, digits, period, epoch, now, ...stored }) => {
    const options = { algorithm: stored.algorithm as Algorithm, digits, period, epoch };
    const key = { ...options, secret: converted(stored) };
    expect(totp(key, { now })).toBe(code);
    const verdict = attemptTotp(key, code, { after: null, now, window: 0, minSecretBytes: 1 });
    expect(verdict).toMatchObject({ ok: true, drift: 0 });
    // And what the app of such a user shows, which is what matters where the two differ.
    expect(totp({ ...options, secret: asItIs(stored) }, { now })).toBe(app);
  });

  it.each(hotps)("$call, $what: counter $counter, $algorithm: $code", ({ code, app, digits, counter, ...stored }) => {
    const key = { secret: converted(stored), algorithm: stored.algorithm as Algorithm, digits };
    const signed = WRAPS.includes(library) ? moving.wrappedCounter(counter) : counter;
    expect(hotp(key, signed)).toBe(code);
    expect(hotp(key, counter)).toBe(app);
  });

  it.each(typedRows)("$call, $what: was $answer, is $ours", (row) => {
    const { call, secret, typed, position, after, ours } = row;
    const verdict = /hotp/i.test(call)
      ? attemptHotp({ secret }, typed, { counter: position })
      : attemptTotp({ secret }, typed, { after, now: position * 30_000 });
    expect(verdict.ok ? "ok" : verdict.reason).toBe(ours);
  });
});

describe("the traps that are left behind", () => {
  const differing = (library: string, table: "totp" | "hotp") =>
    movingVectors(library)[table].filter(({ code, app }) => code !== app).length;

  it("are in the vectors: codes that no app shows", () => {
    expect(differing("otplib-12", "totp")).toBe(9);
    expect(differing("speakeasy", "totp")).toBe(3);
    for (const library of WRAPS) expect(differing(library, "hotp")).toBe(3);
    for (const library of ["otplib-13", "otpauth", "oslo"])
      expect(differing(library, "totp") + differing(library, "hotp")).toBe(0);
  });

  it("the secrets that otplib 12 made are ten bytes of seven bits each: 70 bits, and weak (trap 71)", () => {
    const table = movingVectors("otplib-12").totp;
    const bytes = decodeBase32(table.find(({ what }) => what.includes("its own generateSecret"))?.secret ?? "");
    expect(bytes).toHaveLength(10);
    expect(Math.max(...bytes)).toBeLessThan(128);
  });
});

describe("the vectors", () => {
  const folder = fileURLToPath(new URL("../../vectors/moving", import.meta.url));
  beforeAll(() => {
    if (!existsSync(`${folder}/node_modules`)) execSync("npm ci", { cwd: folder });
  });

  it("are what the packages answer", () => {
    const run = spawnSync(process.execPath, ["--no-deprecation", "generate.js", "--check"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(run.stdout + run.stderr).toBe("");
    expect(run.status).toBe(0);
  });
});
