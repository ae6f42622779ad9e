// SHA-512 in WebAssembly: the module is what the build writes, it is used where it may be, and the digests are the same without it.
import { createHmac, randomBytes } from "node:crypto";
import { wasmHmac } from "otp-core/hmac/wasm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { sha512Source } from "../../build/sha512-module.js";
import * as written from "../../src/hmac/hash/sha512-module.ts";

const secret = Uint8Array.from({ length: 64 }, (_, i) => i);
const message = Uint8Array.from({ length: 200 }, (_, i) => 255 - i);
const expected = new Uint8Array(createHmac("sha512", secret).update(message).digest());

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

it("is the module that build/sha512-module.js writes", () => {
  expect(sha512Source).toContain(`"${written.SHA512_MODULE}"`);
});

it("computes SHA-512 of any message under any key, by default", () => {
  for (const length of [0, 1, 111, 112, 127, 128, 129, 255, 256, 1000]) {
    const [key, text] = [randomBytes(length + 1), randomBytes(length)];
    expect(wasmHmac(key).sign(text)).toEqual(new Uint8Array(createHmac("sha512", key).update(text).digest()));
  }
  expect(wasmHmac(secret).algorithm).toBe("SHA512");
});

/** The entry point as it is when it is loaded for the first time. */
async function load(): Promise<typeof wasmHmac> {
  vi.resetModules();
  return (await import("../../src/hmac/wasm.ts")).wasmHmac;
}

it("compiles once, when the first key for SHA-512 is prepared, and computes with what it has compiled", async () => {
  type Exports = { readonly m: object; readonly c: () => void };
  const real = (
    globalThis as unknown as {
      WebAssembly: {
        Module: new (bytes: Uint8Array) => object;
        Instance: new (module: object) => { readonly exports: Exports };
      };
    }
  ).WebAssembly;
  let compiled = 0;
  let blocks = 0;
  class Module extends real.Module {
    constructor(bytes: Uint8Array) {
      super(bytes);
      compiled++;
    }
  }
  class Instance {
    readonly exports: Exports;
    constructor(module: object) {
      const { m, c } = new real.Instance(module).exports;
      const counted = () => {
        blocks++;
        c();
      };
      this.exports = { m, c: counted };
    }
  }
  vi.stubGlobal("WebAssembly", { Module, Instance });
  const fresh = await load();
  fresh(secret, "SHA1");
  fresh(secret, "SHA256");
  expect(compiled).toBe(0);
  fresh(secret);
  // Two blocks prepare a key: one of each padding.
  expect([compiled, blocks]).toEqual([1, 2]);
  expect(fresh(secret).sign(message)).toEqual(expected);
  expect(compiled).toBe(1);
  expect(blocks).toBeGreaterThan(4);
});

describe("gives the same digests", () => {
  it.each([
    ["without WebAssembly", () => vi.stubGlobal("WebAssembly", undefined)],
    [
      "where a policy forbids to compile",
      () =>
        vi.stubGlobal("WebAssembly", {
          Module: class {
            constructor() {
              throw new EvalError("unsafe-eval is not allowed");
            }
          },
        }),
    ],
  ])("%s", async (_, stub) => {
    stub();
    const fresh = await load();
    expect(fresh(secret).sign(message)).toEqual(expected);
  });
});
