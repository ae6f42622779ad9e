// Nonces are drawn in blocks. Two writers with one nonce would each take the other's write for their own, so no two processes may
// ever draw the same one, not even if they start from one snapshot.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, describe, expect, it, vi } from "vitest";
import { freshNonce, isNonce } from "../../src/store/step/envelope.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const draw = (count: number) => Array.from({ length: count }, freshNonce);

describe("a nonce", () => {
  it("is never drawn twice, and has 20 characters of base32", () => {
    const nonces = draw(10_000);
    expect(new Set(nonces).size).toBe(nonces.length);
    for (const nonce of nonces) expect(isNonce(nonce)).toBe(true);
  });

  it("uses all 32 characters equally often (chi-square, 31 degrees of freedom)", () => {
    const counts = new Map<string, number>();
    const text = draw(10_000).join("");
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
    const expected = text.length / 32;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(32);
    // Exceeded once in a million runs.
    expect(chiSquare).toBeLessThan(85);
  });

  it.each(["ABCDEFGHIJKLMNOP234", "ABCDEFGHIJKLMNOP23456", "abcdefghijklmnop2345", "", 5, null])(
    "is not %o",
    (value) => {
      expect(isNonce(value)).toBe(false);
    },
  );
});

describe("a block of nonces", () => {
  /** How many bytes each draw from the generator asked for. */
  function watchGenerator() {
    const lengths: number[] = [];
    const { getRandomValues } = crypto;
    vi.spyOn(globalThis.crypto, "getRandomValues").mockImplementation((bytes) => {
      lengths.push((bytes as Uint8Array).length);
      return getRandomValues.call(crypto, bytes);
    });
    return lengths;
  }

  it("grows with the demand within a millisecond, up to 64, and is as large in the next busy one", () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1000 });
    draw(1);
    vi.setSystemTime(1001);
    const lengths = watchGenerator();
    draw(200);
    expect(lengths.map((length) => length / 20)).toEqual([1, 1, 2, 4, 8, 16, 32, 64, 64, 64].slice(0, lengths.length));
    expect(lengths.length).toBeLessThanOrEqual(10);
    lengths.length = 0;
    vi.setSystemTime(1002);
    draw(1);
    expect(lengths).toEqual([64 * 20]);
    lengths.length = 0;
    vi.setSystemTime(1003);
    draw(1);
    expect(lengths).toEqual([20]);
  });

  it("is not used in another millisecond, earlier or later", () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 5000 });
    draw(100);
    for (const moment of [5001, 5000, 4999, 5000]) {
      vi.setSystemTime(moment);
      const lengths = watchGenerator();
      draw(1);
      expect(lengths).toHaveLength(1);
      vi.restoreAllMocks();
    }
  });
});

describe("processes that start from one V8 snapshot", () => {
  it("draw different nonces, although a block was drawn and not used up when it was taken", async () => {
    const folder = mkdtempSync(join(tmpdir(), "otp-core-snapshot-"));
    try {
      const script = join(folder, "entry.cjs");
      const envelope = fileURLToPath(new URL("../../src/store/step/envelope.ts", import.meta.url));
      await build({
        stdin: {
          contents: `
            import { freshNonce } from ${JSON.stringify(envelope)};
            const draw = (count) => Array.from({ length: count }, freshNonce);
            const before = draw(100);
            require("node:v8").startupSnapshot.setDeserializeMainFunction(() => {
              console.log(JSON.stringify({ before, after: draw(100) }));
            });`,
          resolveDir: folder,
        },
        bundle: true,
        platform: "node",
        format: "cjs",
        outfile: script,
      });
      const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
      const built = run("--snapshot-blob", "snapshot.blob", "--build-snapshot", script);
      expect(built.stderr).not.toMatch(/error/i);
      const started = [1, 2, 3].map(() => run("--snapshot-blob", "snapshot.blob"));
      const drawn = started.map(({ stdout }) => JSON.parse(stdout) as { before: string[]; after: string[] });
      const [first] = drawn;
      for (const { before } of drawn) expect(before).toEqual(first?.before);
      const all = [...(first?.before ?? []), ...drawn.flatMap(({ after }) => after)];
      expect(all).toHaveLength(400);
      expect(new Set(all).size).toBe(all.length);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
