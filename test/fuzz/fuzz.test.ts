// A small part of what `npm run fuzz` does. The seed is printed with what fails: `npm run fuzz -- 20000 <seed>` repeats it.
import { decodeBase32, inspectUri, isOtpError, parseMigration, parseUri } from "otp-core";
import { describe, expect, it } from "vitest";
import { drawSeed } from "../support/seed.ts";
import { attack } from "./attack.ts";

const functions = { parseUri, inspectUri, parseMigration, decodeBase32, isOtpError };
const COUNT = 20_000;

describe("random and mutated inputs", () => {
  it("get a key or an OtpError, and leave nothing behind", () => {
    for (const seed of [1, drawSeed()]) {
      const { done, answers } = attack(functions, { seed, count: COUNT });
      expect(done).toBe(COUNT);
      // Every function got far into some of them, and nowhere with others.
      for (const [name, counts] of Object.entries(answers)) {
        const { read = 0, ...refused } = counts;
        expect(read, `${name}, seed ${seed}`).toBeGreaterThan(COUNT / 100);
        expect(
          Object.values(refused).reduce((sum, each) => sum + each, 0),
          name,
        ).toBeGreaterThan(COUNT / 5);
      }
    }
  });

  it("would be noticed if they did", () => {
    const throwing = () => {
      throw new TypeError("not an OtpError");
    };
    const polluting = (text: string) => {
      Object.assign(Object.prototype, { polluted: text });
      return parseUri(text);
    };
    const run = (changed: object) => () => attack({ ...functions, ...changed }, { seed: 1, count: 2000 });
    expect(run({ decodeBase32: throwing })).toThrow(/seed 1, input 0, .*TypeError/);
    expect(run({ inspectUri: () => ({ ok: false, problems: [] }) })).toThrow(/do not agree/);
    try {
      expect(run({ parseUri: polluting })).toThrow(/left something behind/);
    } finally {
      delete (Object.prototype as { polluted?: string }).polluted;
    }
  });
});
