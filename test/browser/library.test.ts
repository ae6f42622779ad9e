// The library in a page: the files of the build, as a browser loads them, with both of the engines that a browser has.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { installed, listening, visit } from "../support/site.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/** A page that may import the built files of its own server, and nothing else. */
const server = () =>
  createServer(({ url = "" }, response) => {
    const built = /^\/dist\/[\w/-]+\.js$/.test(url);
    response.setHeader("content-type", built ? "text/javascript" : "text/html");
    response.end(built ? readFileSync(new URL(`../..${url}`, import.meta.url)) : "<p>page</p>");
  });

describe.skipIf(!installed)("the library in the page", () => {
  it("shows the same codes on its own engine, on WebCrypto, and here", async () => {
    const page = await visit(await listening(server()));
    const moments = [59_000, 1_111_111_109_000, 2_000_000_000_000, 20_000_000_000_000];
    const codes = await page.evaluate(`(async () => {
      const { totp } = await import("/dist/index.js");
      const { hmac } = await import("/dist/hmac/index.js");
      const { webHmac } = await import("/dist/hmac/web.js");
      const secret = "${SECRET}";
      return Promise.all(${JSON.stringify(moments)}.flatMap((now) => ["SHA1", "SHA256", "SHA512"].map(async (algorithm) => [
        totp({ secret, algorithm }, { now }),
        totp({ secret: hmac(secret, algorithm) }, { now }),
        await totp({ secret: webHmac(secret, algorithm) }, { now }),
      ])));
    })()`);
    const ours = moments.flatMap((now) =>
      (["SHA1", "SHA256", "SHA512"] as const).map((algorithm) => {
        const code = totp({ secret: SECRET, algorithm }, { now });
        return [code, code, code];
      }),
    );
    expect(codes).toEqual(ours);
    // RFC 6238 appendix B, at 59 s.
    expect((codes as string[][])[0]?.[0]).toBe("287082");
  });

  it("guards in the page as it does here: one of two at once", async () => {
    const page = await visit(await listening(server()));
    const verdicts = await page.evaluate(`(async () => {
      const { createTotpKey, totp } = await import("/dist/index.js");
      const { createGuard } = await import("/dist/guard/index.js");
      const { memoryStore } = await import("/dist/store/index.js");
      const guard = createGuard({ store: memoryStore() });
      const key = createTotpKey({ issuer: "Example", account: "alice" });
      const code = totp(key);
      return Promise.all([1, 2].map(() => guard.attempt({ subject: "user-7", key, code })));
    })()`);
    expect((verdicts as { ok: boolean }[]).map(({ ok }) => ok).sort()).toEqual([false, true]);
  });
});
