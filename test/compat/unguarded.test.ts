// `onUnguarded` of the replacements: once for each line that verifies a code which nothing remembers.
import * as otplib from "otp-core/compat/otplib";
import * as speakeasy from "otp-core/compat/speakeasy";
import { afterEach, describe, expect, it, vi } from "vitest";
import { refusal } from "../support/refusal.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const MODULES = { speakeasy, otplib };

/** A program with two places, one of which runs many times. */
const PROGRAMS = {
  speakeasy: {
    first: () => speakeasy.totp.verify({ secret: SECRET, encoding: "base32", token: "123456" }),
    second: () => speakeasy.totp.verifyDelta({ secret: SECRET, encoding: "base32", token: "123456" }),
    calls: ["totp.verify", "totp.verifyDelta"],
    hotp: () => speakeasy.hotp.verify({ secret: SECRET, counter: 0, token: "123456" }),
  },
  otplib: {
    first: () => otplib.authenticator.check("123456", SECRET),
    second: () => otplib.totp.clone().verify({ token: "123456", secret: SECRET }),
    calls: ["authenticator.check", "totp.verify"],
    hotp: () => otplib.hotp.check("123456", SECRET, 0),
  },
};

afterEach(() => {
  for (const module of Object.values(MODULES)) module.onUnguarded(null);
  vi.restoreAllMocks();
});

describe.each(["speakeasy", "otplib"] as const)("onUnguarded of %s", (name) => {
  const { onUnguarded } = MODULES[name];
  const { first, second, calls, hotp } = PROGRAMS[name];

  it("is told once for each calling line, with the function and the line", () => {
    const places: speakeasy.UnguardedPlace[] = [];
    onUnguarded((place) => places.push(place));
    for (let i = 0; i < 3; i++) {
      first();
      second();
    }
    expect(places.map(({ call }) => call)).toEqual(calls);
    for (const { stack } of places) expect(stack).toMatch(/^ *at .*unguarded\.test\.ts/);
    expect(places[0]?.stack).not.toBe(places[1]?.stack);
    onUnguarded((place) => places.push(place));
    first();
    expect(places).toHaveLength(3);
  });

  it("holds no code and no secret, and is not told of HOTP, whose counter the program keeps", () => {
    const places: speakeasy.UnguardedPlace[] = [];
    onUnguarded((place) => places.push(place));
    hotp();
    expect(places).toEqual([]);
    first();
    expect(JSON.stringify(places)).not.toMatch(/123456|GEZDG/);
  });

  it("decides nothing: a listener that throws or rejects changes no answer", async () => {
    onUnguarded(() => {
      throw new Error("listener");
    });
    expect(first()).toBe(false);
    onUnguarded((async () => Promise.reject(new Error("listener"))) as () => void);
    expect(first()).toBe(false);
    await new Promise(setImmediate);
  });

  it("costs no stack if nothing listens, and works on engines that cannot cut one", () => {
    const capture = vi.spyOn(Error, "captureStackTrace");
    first();
    expect(capture).not.toHaveBeenCalled();
    capture.mockRestore();
    const original = Error.captureStackTrace;
    const places: speakeasy.UnguardedPlace[] = [];
    onUnguarded((place) => places.push(place));
    try {
      Object.assign(Error, { captureStackTrace: undefined });
      for (let i = 0; i < 2; i++) first();
    } finally {
      Object.assign(Error, { captureStackTrace: original });
    }
    expect(places).toHaveLength(1);
    expect(places[0]?.stack).toContain("unguarded.test.ts");
  });

  it("keeps at most a thousand places", () => {
    let told = 0;
    onUnguarded(() => told++);
    for (let i = 0; i < 1200; i++) {
      new Function("first", `${"\n".repeat(i)}return first();`)(
        name === "speakeasy"
          ? speakeasy.totp.verify.bind(null, { secret: "x", token: "" })
          : otplib.totp.check.bind(otplib.totp, "", "x"),
      );
    }
    expect(told).toBe(1000);
  });

  it("refuses what is neither a function nor null", () => {
    expect(() => onUnguarded("log" as never)).toThrow(refusal("invalid-argument", "listener"));
  });
});

describe("onUnguarded of otplib", () => {
  const { authenticator, totp } = otplib;

  it.each(Object.entries({ authenticator, totp }))("names each function of %s", (kind, object) => {
    const called: string[] = [];
    otplib.onUnguarded(({ call }) => called.push(call));
    object.check("123456", SECRET);
    object.checkDelta("123456", SECRET);
    object.clone().verify({ token: "123456", secret: SECRET });
    expect(called).toEqual([`${kind}.check`, `${kind}.checkDelta`, `${kind}.verify`]);
  });
});
