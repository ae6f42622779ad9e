import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { Cluster } from "ioredis";
import { totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { type RedisCommand, type RedisSend, redisStore } from "otp-core/store/redis";
import { fakeClock, storeContract } from "otp-core/testing";
import { createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { privateRedis, type Redis, redisIsInstalled } from "../servers/redis.ts";
import { type Connection, REDIS_CLIENTS, RESP2_CLIENTS } from "../servers/redis-clients.ts";
import { serverSuite } from "../servers/server-suite.ts";
import { reasonOf } from "../support/reason.ts";
import { refusal } from "../support/refusal.ts";

const now = 1_800_000_000_000;
const clock = () => now;
const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
const right = totp(key, { now });
const wrong = [..."0123456789"].map((digit) => digit.repeat(6)).filter((code) => code !== right);

const HOUR_MS = 3_600_000;
/** Of one, two, three and four bytes of UTF-8; between the third and the fourth are the surrogates. */
const POINTS = [
  [0, 0x7f],
  [0x80, 0x7ff],
  [0x800, 0xd7ff],
  [0xe000, 0xffff],
  [0x10000, 0x10ffff],
] as const;

/** A Redis that gives one answer to everything, and what it was sent. */
function answering(reply: unknown): { sent: (readonly [RedisCommand, string])[]; send: RedisSend } {
  const sent: (readonly [RedisCommand, string])[] = [];
  const send: RedisSend = async (command, routedBy) => {
    sent.push([command, routedBy]);
    return reply;
  };
  return { sent, send };
}

describe("the commands", () => {
  it("are a GET for a get, with the key for clients of a cluster", async () => {
    const { sent, send } = answering("text");
    expect(await redisStore(send).get("otp1.guard.7")).toBe("text");
    expect(sent).toEqual([[["GET", "otp1.guard.7"], "otp1.guard.7"]]);
  });

  it("are one script for a swap, in which no text can be taken for absence and nothing but text is sent", async () => {
    const { sent, send } = answering(1);
    const store = redisStore(send);
    await store.swap("key", null, "next", null);
    await store.swap("key", "", "-", 5);
    await store.swap("key", "-", null, 0);
    const script = sent[0]?.[0][1] ?? "";
    expect(script).toMatch(/redis\.call/);
    expect(sent).toEqual([
      [["EVAL", script, "1", "key", "-", "+next", "-"], "key"],
      // Long ago on the application's clock: never less than the margin.
      [["EVAL", script, "1", "key", "+", "+-", String(HOUR_MS)], "key"],
      [["EVAL", script, "1", "key", "+-", "-", String(HOUR_MS)], "key"],
    ]);
  });

  it("carry the prefix in front of the key", async () => {
    const { sent, send } = answering("1");
    const store = redisStore(send, { prefix: "shop:" });
    await store.get("key");
    await store.swap("key", null, "next", null);
    expect(sent.map(([[name, first, , third], routedBy]) => [name === "GET" ? first : third, routedBy])).toEqual([
      ["shop:key", "shop:key"],
      ["shop:key", "shop:key"],
    ]);
  });
});

describe("the replies", () => {
  const bytes = (text: string) => Uint8Array.from(text, (unit) => unit.charCodeAt(0));
  const swapOn = (reply: unknown) => redisStore(answering(reply).send).swap("key", null, "next", null);

  it.each([1, 1n, "1", bytes("1"), Buffer.from("1")])("%s from a swap says that it was done", async (reply) => {
    expect(await swapOn(reply)).toBe(true);
  });

  it.each([0, -0, 0n, "0", bytes("0"), Buffer.from("0")])("%s from a swap says that it was not", async (reply) => {
    expect(await swapOn(reply)).toBe(false);
  });

  it.each([
    ...[
      undefined,
      null,
      true,
      false,
      "QUEUED",
      "OK",
      "",
      "01",
      "1 ",
      "true",
      2,
      -1,
      1.5,
      Number.NaN,
      2n,
      [1],
      [0],
      ["1"],
    ],
    ...[
      {},
      { reply: 1 },
      new Error("EXECABORT"),
      bytes("2"),
      bytes("11"),
      bytes(""),
      Uint16Array.of(49),
      new Number(1),
    ],
  ])("%s from a swap is no answer: it rejects and is the cause (fail closed, trap 24)", async (reply) => {
    await expect(swapOn(reply)).rejects.toThrow(TypeError);
    await expect(swapOn(reply)).rejects.toThrow(/^EVAL was answered/);
    await expect(swapOn(reply)).rejects.toHaveProperty("cause", reply);
  });

  it("a million bytes from a swap are no answer either, and are not looked through", async () => {
    await expect(swapOn(new Uint8Array(1_000_000))).rejects.toThrow(TypeError);
  });

  it.each(["text", "", null])("%j from a get is what is there", async (reply) => {
    expect(await redisStore(answering(reply).send).get("key")).toBe(reply);
  });

  it.each([undefined, 0, 1, 1n, true, [], ["text"], {}, Buffer.from("text"), bytes("text"), new Error("MOVED")])(
    "%s from a get is no answer: it rejects and is the cause",
    async (reply) => {
      const get = redisStore(answering(reply).send).get("key");
      await expect(get).rejects.toThrow(TypeError);
      await expect(get).rejects.toThrow(/^GET was answered/);
      await expect(get).rejects.toHaveProperty("cause", reply);
    },
  );

  it.each([true, "QUEUED", null, [1]])("%s from every command never makes a valid code accepted", async (reply) => {
    const guard = createGuard({ store: redisStore(answering(reply).send), clock });
    await expect(guard.attempt({ subject: "a", key, code: right })).rejects.toThrow(refusal(storeErrorFor(reply)));
  });

  /** Text is a record to a get, and not one of ours; null is none, and then the swap has no answer. */
  function storeErrorFor(reply: unknown) {
    if (typeof reply === "string") return "state-invalid";
    return reply === null ? "store-uncertain" : "store-failed";
  }

  it("that do not come reject with what the client threw, whether it threw or rejected", async () => {
    const lost = new Error("Socket closed unexpectedly");
    const rejecting = redisStore(() => Promise.reject(lost));
    const throwing = redisStore(() => {
      throw lost;
    });
    for (const store of [rejecting, throwing]) {
      await expect(store.get("key")).rejects.toBe(lost);
      await expect(store.swap("key", null, "next", null)).rejects.toBe(lost);
      const verdict = createGuard({ store, clock }).attempt({ subject: "a", key, code: right });
      await expect(verdict).rejects.toThrow(refusal("store-failed"));
      await expect(verdict).rejects.toHaveProperty("cause", lost);
    }
  });
});

describe("what a programmer got wrong is refused by name, and nothing is sent", () => {
  const lone = "a\ud800b";

  it("in the options", () => {
    const { send } = answering(1);
    const make = redisStore as (...args: unknown[]) => unknown;
    for (const client of [undefined, null, {}, "send"])
      expect(() => make(client)).toThrow(refusal("invalid-argument", "send"));
    for (const options of [null, 1, "shop:"])
      expect(() => make(send, options)).toThrow(refusal("invalid-argument", "options"));
    expect(() => make(send, { keyPrefix: "shop:" })).toThrow(refusal("invalid-argument", "keyPrefix"));
    for (const prefix of [null, 1, lone, "x".repeat(101)])
      expect(() => make(send, { prefix })).toThrow(refusal("invalid-argument", "prefix"));
    expect(() => make(send, { prefix: "x".repeat(100) })).not.toThrow();
  });

  it.each([undefined, null, 1, {}, lone])("a key, an expected or a next text that is %j", async (text) => {
    const { sent, send } = answering(1);
    const store = redisStore(send) as unknown as Record<"get" | "swap", (...args: unknown[]) => Promise<unknown>>;
    await expect(store.get(text)).rejects.toThrow(refusal("invalid-argument", "key"));
    await expect(store.swap(text, null, "next", null)).rejects.toThrow(refusal("invalid-argument", "key"));
    if (text !== null) {
      await expect(store.swap("key", text, "next", null)).rejects.toThrow(refusal("invalid-argument", "expected"));
      await expect(store.swap("key", null, text, null)).rejects.toThrow(refusal("invalid-argument", "next"));
    }
    expect(sent).toEqual([]);
  });

  it.each([undefined, Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY, 1e21, 2 ** 53, "5", 5n, {}])(
    "an expiry at %s",
    async (expiresAt) => {
      const { sent, send } = answering(1);
      const swap = redisStore(send).swap("key", null, "next", expiresAt as number);
      await expect(swap).rejects.toThrow(refusal("invalid-argument", "expiresAt"));
      expect(sent).toEqual([]);
    },
  );
});

serverSuite("the store in Redis", "redis-server", redisIsInstalled, () => {
  let server: Redis;
  const connections: Connection[] = [];

  async function open({ connect }: { connect(url: string): Promise<Connection> }): Promise<RedisSend> {
    const connection = await connect(server.url);
    connections.push(connection);
    return connection.send;
  }

  beforeAll(async () => {
    server = await privateRedis();
  });
  afterAll(async () => {
    for (const { close } of connections) close();
    await server?.remove();
  });

  for (const kind of [...REDIS_CLIENTS, ...RESP2_CLIENTS]) {
    describe(`through ${kind.client} keeps the contract`, () => {
      for (const { name, run } of storeContract(async () => redisStore(await open(kind)))) it(name, run);
    });
  }

  describe.each(REDIS_CLIENTS.map((kind) => [kind.client, kind] as const))("through %s", (_, kind) => {
    let send: RedisSend;
    beforeAll(async () => {
      send = await open(kind);
    });

    /** A key that no other test uses. */
    const fresh = (name: string) => `${kind.client}:${name}`;
    const command = (...words: RedisCommand) => send(words, words[1] ?? "");

    function recorded() {
      const commands: RedisCommand[] = [];
      const store = redisStore((words, routedBy) => {
        commands.push(words);
        return send(words, routedBy);
      });
      return { commands, store, names: () => commands.splice(0).map(([name]) => name) };
    }

    it("an attempt is two commands, a refused one is one, a malformed one none", async () => {
      const { store, names } = recorded();
      const time = fakeClock(now);
      const guard = createGuard({ store, clock: time });
      const attempt = async (code: string) =>
        reasonOf(await guard.attempt({ subject: fresh("count"), key, code })) ?? "ok";
      expect([await attempt(right), names()]).toEqual(["ok", ["GET", "EVAL"]]);
      expect([await attempt(right), names()]).toEqual(["replayed", ["GET"]]);
      expect([await attempt("12 34"), names()]).toEqual(["malformed", []]);
      for (const code of wrong.slice(0, 5))
        expect([await attempt(code), names()]).toEqual(["mismatch", ["GET", "EVAL"]]);
      expect([await attempt(wrong[5] ?? ""), names()]).toEqual(["throttled", ["GET"]]);
      time.advance(30_000);
      expect([await attempt(totp(key, { now: time() })), names()]).toEqual(["ok", ["GET", "EVAL"]]);
      expect([(await guard.status(fresh("count"))).state, names()]).toEqual(["open", ["GET"]]);
    });

    it("the server runs nothing else either: one EVAL and one GET each", async () => {
      await command("CONFIG", "RESETSTAT");
      const guard = createGuard({ store: redisStore(send), clock });
      await guard.attempt({ subject: fresh("stat"), key, code: right });
      const stats = String(await command("INFO", "commandstats"));
      expect(/cmdstat_eval:calls=(\d+)/.exec(stats)?.[1]).toBe("1");
      expect(stats).not.toMatch(/cmdstat_(evalsha|script|multi|watch|pexpireat|del)/);
    });

    it("every command names one key and no other, so a cluster takes it (COMMAND GETKEYS)", async () => {
      const { commands, store } = recorded();
      const name = fresh("keys");
      await store.swap(name, null, "first", now);
      await store.get(name);
      await store.swap(name, "first", null, null);
      expect(commands.map(([first]) => first)).toEqual(["EVAL", "GET", "EVAL"]);
      for (const words of commands) expect(await command("COMMAND", "GETKEYS", ...words)).toEqual([name]);
    });

    it("a write that the client sends twice is still this call's write (trap 6)", async () => {
      // What a client does when it lost the reply; the second one is 0. Then the write is confirmed by another one.
      let writes = 0;
      const twice: RedisSend = async (words, routedBy) => {
        if (words[0] === "EVAL" && writes++ % 2 === 0) await send(words, routedBy);
        return send(words, routedBy);
      };
      const guard = createGuard({ store: redisStore(twice), clock });
      const attempt = (code: string) => guard.attempt({ subject: fresh("twice"), key, code });
      expect(await attempt(wrong[0] ?? "")).toEqual({ ok: false, reason: "mismatch", retryAfterMs: 0 });
      expect(await guard.status(fresh("twice"))).toMatchObject({ failures: 1 });
      expect(await attempt(right)).toMatchObject({ ok: true });
      expect(await attempt(right)).toMatchObject({ ok: false, reason: "replayed" });
    });

    it("an empty text is there, and not absent", async () => {
      const store = redisStore(send);
      const name = fresh("empty");
      expect(await store.swap(name, "", "next", null)).toBe(false);
      expect(await store.swap(name, null, "", null)).toBe(true);
      expect(await store.get(name)).toBe("");
      expect(await store.swap(name, null, "next", null)).toBe(false);
      expect(await store.swap(name, "", "-", null)).toBe(true);
      expect(await store.swap(name, null, "next", null)).toBe(false);
      expect(await store.swap(name, "-", null, null)).toBe(true);
      expect(await store.get(name)).toBe(null);
      expect(await store.swap(name, null, null, null)).toBe(true);
    });

    it("every well-formed text comes back unit for unit and equals nothing but itself", async () => {
      const store = redisStore(send);
      const name = fresh("texts");
      let last = await store.get(name);
      const point = fc.oneof(...POINTS.map(([min, max]) => fc.integer({ min, max })));
      const text = fc.array(point, { maxLength: 300 }).map((points) => String.fromCodePoint(...points));
      const law = fc.asyncProperty(text, text, async (next, other) => {
        expect(await store.swap(name, other, "lost", null)).toBe(other === last);
        if (other === last) last = "lost";
        expect(await store.swap(name, last ?? null, next, null)).toBe(true);
        last = next;
        expect(await store.get(name)).toBe(next);
      });
      await fc.assert(law, {
        numRuns: 100,
        examples: [
          ["\0", ""],
          ["+", "-"],
          ["\r\n$-1\r\n", "\ufeff"],
          ["\ufffd", "\u{10ffff}"],
        ],
      });
    });

    it("a record stays an hour longer than it is told, and for ever without a word (trap 78)", async () => {
      const store = redisStore(send);
      const name = fresh("expiry");
      const expiry = async () => Number(await command("PEXPIRETIME", name));
      /** The time between the reading of the application's clock and that of the server's is added. */
      const expectExpiry = async (expected: number, swap: () => Promise<boolean>) => {
        const before = Date.now();
        expect(await swap()).toBe(true);
        const after = Date.now();
        expect(await expiry()).toBeGreaterThanOrEqual(expected + HOUR_MS);
        expect(await expiry()).toBeLessThanOrEqual(expected + HOUR_MS + after - before);
      };
      const far = 7_258_118_400_000; // the year 2200
      await expectExpiry(far, () => store.swap(name, null, "a", far));
      await expectExpiry(far + 86_400_000, () => store.swap(name, "a", "b", far + 86_400_000));
      const kept = await expiry();
      // A swap that is refused leaves the expiry alone.
      expect(await store.swap(name, "a", "c", null)).toBe(false);
      expect(await expiry()).toBe(kept);
      expect(await store.swap(name, "b", "c", null)).toBe(true);
      expect(await expiry()).toBe(-1);
      // The last moment of a Date, which Redis would refuse.
      expect(await store.swap(name, "c", "d", 8.64e15)).toBe(true);
      expect(await expiry()).toBeGreaterThan(far);
    });

    it.each([-90, 90])("an application clock that is %i minutes off loses no record (field C4)", async (minutes) => {
      const store = redisStore(send);
      const name = fresh(`skewed by ${minutes}`);
      const real = Date.now;
      const spy = vi.spyOn(Date, "now").mockImplementation(() => real() + minutes * 60_000);
      try {
        // In five minutes by the application's clock.
        expect(await store.swap(name, null, "state", Date.now() + 300_000)).toBe(true);
      } finally {
        spy.mockRestore();
      }
      expect(await store.get(name)).toBe("state");
      const left = Number(await command("PTTL", name));
      expect(left).toBeGreaterThan(HOUR_MS);
      expect(left).toBeLessThanOrEqual(HOUR_MS + 300_000);
    });

    it("what a guard remembers never expires, and the marker of a forgotten subject does", async () => {
      const { commands, store } = recorded();
      const far = 7_258_118_400_000;
      const guard = createGuard({ store, clock: () => far });
      await guard.attempt({ subject: fresh("guarded"), key, code: totp(key, { now: far }) });
      const name = commands[0]?.[1] ?? "";
      expect(name).toMatch(/^otp1\.guard\.[0-9a-f]{64}$/);
      expect(Number(await command("PEXPIRETIME", name))).toBe(-1);
      await guard.forget(fresh("guarded"));
      expect(Number(await command("PEXPIRETIME", name))).toBeGreaterThanOrEqual(far + 30 * 24 * HOUR_MS + HOUR_MS);
    });

    it("ids that look alike are different factors (trap 14)", async () => {
      const guard = createGuard({ store: redisStore(send), clock });
      const ids = [
        "a:b",
        "a",
        "b",
        "a:",
        ":b",
        "a b",
        " a b",
        "A:B",
        "é",
        "e\u0301",
        "\u{1f600}",
        "\u{1f601}",
        "a\0b",
        "*",
      ].map(fresh);
      for (const id of ids)
        expect(reasonOf(await guard.attempt({ subject: id, key, code: wrong[0] ?? "" }))).toBe("mismatch");
      for (const id of ids) expect((await guard.status(id)).failures).toBe(1);
    });

    it("works on after SCRIPT FLUSH", async () => {
      const store = redisStore(send);
      expect(await store.swap(fresh("flush"), null, "first", null)).toBe(true);
      await command("SCRIPT", "FLUSH");
      expect(await store.swap(fresh("flush"), "first", "second", null)).toBe(true);
    });
  });

  it.each(["redis-node-redis.js", "redis-ioredis.js"])("examples/%s lets its code in once", async (file) => {
    const program = fileURLToPath(new URL(`../../examples/${file}`, import.meta.url));
    const run = await promisify(execFile)(process.execPath, [program], {
      env: { ...process.env, REDIS_URL: server.url },
    });
    expect(run.stderr).toBe("");
    expect(run.stdout).toBe("true\nfalse\n");
  });
});

serverSuite("the store in a Redis Cluster", "redis-server", redisIsInstalled, () => {
  const servers: Redis[] = [];
  const closers: (() => void)[] = [];
  let sends: readonly RedisSend[];

  /** The first node's word is waited for, because nothing tells when a cluster has come together. */
  async function untilItAnswers(send: RedisSend, sign: string): Promise<void> {
    while (!String(await send(["CLUSTER", "INFO"], "")).includes(sign))
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  beforeAll(async () => {
    servers.push(...(await Promise.all([privateRedis({ cluster: true }), privateRedis({ cluster: true })])));
    const nodes = await Promise.all(servers.map(({ url }) => REDIS_CLIENTS[0].connect(url)));
    closers.push(...nodes.map(({ close }) => close));
    const [first, second] = nodes.map(({ send }) => send);
    const [, other] = servers;
    if (first === undefined || second === undefined || other === undefined) throw new Error("two nodes were started");
    await first(["CLUSTER", "ADDSLOTSRANGE", "0", "8191"], "");
    await second(["CLUSTER", "ADDSLOTSRANGE", "8192", "16383"], "");
    await first(["CLUSTER", "MEET", "127.0.0.1", String(other.port), String(other.clusterPort)], "");
    for (const node of [first, second]) await untilItAnswers(node, "cluster_state:ok");

    const nodeRedis = createCluster({ rootNodes: servers.map(({ url }) => ({ url })) });
    nodeRedis.on("error", () => {});
    await nodeRedis.connect();
    const ioredis = new Cluster(servers.map(({ port }) => ({ host: "127.0.0.1", port })));
    closers.push(
      () => nodeRedis.destroy(),
      () => ioredis.disconnect(),
    );
    sends = [
      (command, routedBy) => nodeRedis.sendCommand(routedBy, false, command),
      ([name, ...args]) => ioredis.call(name, ...args),
    ];
  });
  afterAll(async () => {
    for (const close of closers) close();
    await Promise.all(servers.map((server) => server.remove()));
  });

  it("each factor is guarded on the node that owns its key", async () => {
    const ids = Array.from({ length: 20 }, (_, i) => `factor-${i}`);
    for (const [i, send] of sends.entries()) {
      const guard = createGuard({ store: redisStore(send, { prefix: `client ${i}:` }), clock });
      for (const id of ids) {
        expect(await guard.verify({ subject: id, key, code: right })).toBe(true);
        expect(reasonOf(await guard.attempt({ subject: id, key, code: right }))).toBe("replayed");
      }
    }
    const sizes = await Promise.all(servers.map(({ url }) => keysOf(url)));
    expect(sizes.reduce((sum, size) => sum + size)).toBe(2 * ids.length);
    for (const size of sizes) expect(size).toBeGreaterThan(0);
  });

  async function keysOf(url: string): Promise<number> {
    const { send, close } = await REDIS_CLIENTS[0].connect(url);
    const size = Number(await send(["DBSIZE"], ""));
    close();
    return size;
  }
});
