import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

// The ESM and the CommonJS copy of the build in one program, which two dependencies can bring about. `npm test` builds first.

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a program with both copies of every entry point, and returns its result. */
function withBothCopies(program: string): unknown {
  const source = `
    import { createRequire } from "node:module";
    const require = createRequire(process.cwd() + "/");
    const entryPoints = ["otp-core", "otp-core/hmac", "otp-core/hmac/node", "otp-core/hmac/web"];
    const esm = Object.assign({}, ...(await Promise.all(entryPoints.map((entry) => import(entry)))));
    const cjs = Object.assign({}, ...entryPoints.map((entry) => require(entry)));
    const result = await (async () => { ${program} })();
    process.stdout.write(JSON.stringify(result));
  `;
  const options = { cwd: root, encoding: "utf8" } as const;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", source], options));
}

describe("handles of the package's other copy", () => {
  it("sign like those of the same copy", () => {
    const codes = withBothCopies(`
      const codes = [];
      for (const [ours, theirs] of [[esm, cjs], [cjs, esm]]) {
        for (const algorithm of ["SHA1", "SHA256", "SHA512"]) {
          for (const name of ["hmac", "nodeHmac", "webHmac"]) {
            const bytes = ours.decodeBase32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
            const expected = ours.hotp({ secret: bytes, algorithm }, 5);
            codes.push([name, algorithm, (await ours.hotp({ secret: theirs[name](bytes, algorithm) }, 5)) === expected]);
          }
        }
      }
      return codes;
    `);
    expect(codes).toHaveLength(18);
    expect(codes).toEqual((codes as unknown[][]).map(([name, algorithm]) => [name, algorithm, true]));
  });

  it("are [redacted] too (trap 79)", () => {
    const printed = withBothCopies(`
      const { inspect } = await import("node:util");
      const handles = [esm, cjs].flatMap((copy) => [copy.hmac, copy.nodeHmac, copy.webHmac].map((make) => make("MZXW6YTB")));
      return handles.map((handle) => [inspect(handle), JSON.stringify(handle), String(handle), Object.keys(handle)]);
    `);
    const sync = ["[redacted]", '"[redacted]"', "[redacted]", ["algorithm"]];
    const async = ["[redacted]", '"[redacted]"', "[redacted]", ["algorithm", "async"]];
    expect(printed).toEqual([sync, sync, async, sync, sync, async]);
  });
});
