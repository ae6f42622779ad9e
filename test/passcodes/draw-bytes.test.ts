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
