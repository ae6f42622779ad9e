// What is drawn where the generator gives bytes that do not fit, or none; that draws are fair is in draw.test.ts.
import { drawPasscode } from "otp-core/passcodes";
import { afterEach, describe, expect, it, vi } from "vitest";
import { refusal } from "../support/refusal.ts";

afterEach(() => void vi.unstubAllGlobals());

describe("a byte that would favour the first symbols", () => {
  it("is drawn again: of 250 to 255 none becomes a digit", () => {
    let next = 0;
    const filled = [250, 251, 252, 253, 254, 255, 249, 9, 19, 239];
    vi.stubGlobal("crypto", {
      getRandomValues: (bytes: Uint8Array) =>
        bytes.fill(0).map((_, i) => (bytes[i] = filled[next++ % filled.length] ?? 0)),
    });
    expect(drawPasscode({ digits: 8 }).code).toBe("99999999");
  });
});

describe("a code with letters", () => {
  it("is drawn again until it has a digit, which Android wants", () => {
    const filled = [..."ABCDWXYZAB1C"].map((symbol) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(symbol));
    let next = 0;
    vi.stubGlobal("crypto", {
      // A draw asks for six bytes, takes four of them, and gets sixteen.
      getRandomValues: (bytes: Uint8Array) => {
        bytes.fill(1);
        for (let i = 0; i < 4; i++) bytes[i] = filled[next++] ?? 0;
      },
    });
    expect(drawPasscode({ characters: 4 }).code).toBe("AB1C");
  });

  it("is not drawn for ever by a generator that gives letters only", () => {
    vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array) => bytes.fill(10) });
    expect(() => drawPasscode({ characters: 4 })).toThrow(refusal("random-unavailable"));
  });
});

describe("a generator that does not work (trap 41)", () => {
  it.each([
    ["is not there", undefined],
    [
      "throws",
      {
        getRandomValues: () => {
          throw new Error("no entropy");
        },
      },
    ],
    ["fills in zeros", { getRandomValues: (bytes: Uint8Array) => bytes.fill(0) }],
    ["fills in bytes that are never fair", { getRandomValues: (bytes: Uint8Array) => bytes.fill(255) }],
  ])("%s: nothing is drawn", (_, crypto) => {
    vi.stubGlobal("crypto", crypto);
    expect(() => drawPasscode()).toThrow(refusal("random-unavailable"));
  });
});
