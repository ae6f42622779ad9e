// A small part of what `npm run fuzz:files` does. The seed is printed with what fails: `npm run fuzz:files -- 5000 <seed>` repeats it.
import { isOtpError, parseKey } from "otp-core";
import { exportPskc, importCsv, importPskc } from "otp-core/tokens";
import { describe, expect, it } from "vitest";
import { drawSeed } from "../support/seed.ts";
import { attackFiles } from "./file-attack.ts";

const functions = { importPskc, importCsv, exportPskc, parseKey, isOtpError };
const COUNT = 5000;

describe("random and mutated seed files", () => {
  it("are read or rejected with an OtpError, and leave nothing behind", async () => {
    for (const seed of [1, drawSeed()]) {
      const { done, answers } = await attackFiles(functions, { seed, count: COUNT });
      expect(done).toBe(COUNT);
      // Every function got far into some of them, and nowhere with others.
      for (const [name, { read = 0, nothing = 0, "invalid-file": refused = 0 }] of Object.entries(answers)) {
        expect(read, `${name}, seed ${seed}`).toBeGreaterThan(COUNT / 10);
        expect(refused + nothing, `${name}, seed ${seed}`).toBeGreaterThan(COUNT / 10);
      }
    }
  });

  it("would be noticed if they did not", async () => {
    const run = (changed: object) => attackFiles({ ...functions, ...changed }, { seed: 1, count: 500 });
    const throwing = async () => {
      throw new TypeError("not an OtpError");
    };
    await expect(run({ importCsv: throwing })).rejects.toThrow(/seed 1, file 1, .*TypeError/);
    const forgetful: typeof exportPskc = (keys) => exportPskc(keys.slice(1));
    await expect(run({ exportPskc: forgetful })).rejects.toThrow("do not come back");
    const polluting: typeof importPskc = (text, options) => {
      Object.assign(Object.prototype, { polluted: text });
      return importPskc(text, options);
    };
    try {
      await expect(run({ importPskc: polluting })).rejects.toThrow("left something behind");
    } finally {
      delete (Object.prototype as { polluted?: string }).polluted;
    }
  });
});
