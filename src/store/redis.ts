import { checkInteger, checkOptions, refuse } from "../check.ts";
import { isBytes } from "../encoding/bytes.ts";
import { utf8Length } from "../encoding/utf8.ts";
import { EXPIRY_MARGIN_MS, type Store } from "./store.ts";

/** A command as Redis reads it: its name and its arguments, in order. */
export type RedisCommand = [name: string, ...args: string[]];

/** Sends one command to the primary that owns `key`, and resolves with its reply. */
export type RedisSend = (command: RedisCommand, key: string) => Promise<unknown>;

/** What may be told beside the client. */
export interface RedisStoreOptions {
  /** Stands before every key: up to 100 characters, and nothing unless told. */
  readonly prefix?: string | undefined;
}

const OPTIONS = { prefix: true } as const;
const MAX_PREFIX_LENGTH = 100;

// A text travels as "+" and the text, absence as "-": an empty argument is neither. EVAL and not EVALSHA, which a
// restart, a failover or SCRIPT FLUSH makes fail at any moment and which saves 2 of 38 microseconds.
const SWAP = `
local now = redis.call('GET', KEYS[1])
if (now and '+' .. now or '-') ~= ARGV[1] then return 0 end
if ARGV[2] == '-' then redis.call('DEL', KEYS[1]) return 1 end
redis.call('SET', KEYS[1], string.sub(ARGV[2], 2))
if ARGV[3] ~= '-' then redis.call('PEXPIREAT', KEYS[1], ARGV[3]) end
return 1`;

/**
 * A store in Redis, Valkey or what else speaks their protocol and runs Lua. Takes a function and not a client, so it works with
 * every one: `(command) => client.sendCommand(command)` for node-redis, `([name, ...args]) => redis.call(name, ...args)` for
 * ioredis, `([name, ...args]) => redis.send(name, args)` for Bun. Every command is about one key, so a cluster will do; for a
 * client that wants to know it, it is the second argument:
 * `(command, key) => cluster.sendCommand(key, false, command)`.
 *
 * What is forgotten is a used code that works again, so the server has to keep what it confirmed:
 * - `maxmemory-policy noeviction`, and never the server of a cache.
 * - `appendonly yes`; with `appendfsync always` a power cut does not forget the last second either.
 * - Reads go to the primary, never to a replica. A failover may forget the last writes; where it must not, use SQL.
 * - What is remembered for longer than a code lives belongs in SQL: the counters of HOTP, recovery codes, disabled factors.
 * - After a backup was restored, used codes are unused again. For TOTP serve nobody until every window of that moment has
 *   passed, two minutes with the defaults; for HOTP resynchronise every factor.
 *
 * One attempt is two commands (a read and a conditional write in one Lua script), one when it is refused unseen. Replies are
 * text as the clients give it by default: no Buffers for `GET`.
 *
 * @param send - sends one command.
 * @param options - the keys' prefix, for a server that others use too.
 *
 * @example
 * ```ts
 * import { type RedisCommand, redisStore } from "otp-core/store/redis";
 *
 * const send = async ([name]: RedisCommand) => (name === "GET" ? "state" : 0); // here stands your client
 * const store = redisStore(send, { prefix: "shop:" });
 * console.log(await store.get("key")); // state
 * console.log(await store.swap("key", "other state", "new state", null)); // false
 * ```
 *
 * @throws OtpError `invalid-argument`. The methods reject with what `send` throws, and with a TypeError for a reply that is no
 * answer: never a doubtful `true`.
 */
export function redisStore(send: RedisSend, options: RedisStoreOptions = {}): Store {
  if (typeof send !== "function") refuse("send", "a function");
  checkOptions(options, OPTIONS);
  const { prefix = "" } = options;
  if (checkText(prefix, "prefix").length > MAX_PREFIX_LENGTH)
    refuse("prefix", `at most ${MAX_PREFIX_LENGTH} characters`);
  return {
    async get(key) {
      const name = prefix + checkText(key, "key");
      const reply = await send(["GET", name], name);
      if (reply !== null && typeof reply !== "string") {
        throw new TypeError("GET was answered with neither text nor null", { cause: reply });
      }
      return reply;
    },
    async swap(key, expected, next, expiresAt) {
      const name = prefix + checkText(key, "key");
      const from = expected === null ? "-" : `+${checkText(expected, "expected")}`;
      const to = next === null ? "-" : `+${checkText(next, "next")}`;
      const until = expiresAt === null ? "-" : String(latest(expiresAt));
      return hasSwapped(await send(["EVAL", SWAP, "1", name, from, to, until], name));
    },
  };
}

/** Half of a surrogate pair would arrive as a replacement character, and two texts would become one. */
function checkText(text: unknown, argument: string): string {
  if (typeof text !== "string" || utf8Length(text) < 0) refuse(argument, "well-formed text");
  return text;
}

function latest(expiresAt: number): number {
  return checkInteger(expiresAt, "expiresAt", 0, Number.MAX_SAFE_INTEGER - EXPIRY_MARGIN_MS) + EXPIRY_MARGIN_MS;
}

/** Clients give an integer as a number, a bigint, text or bytes. Whatever else comes ("QUEUED", null) is no answer. */
function hasSwapped(reply: unknown): boolean {
  const integer = isBytes(reply) && reply.length === 1 ? String.fromCharCode(...reply) : reply;
  if (integer === 1 || integer === 1n || integer === "1") return true;
  if (integer === 0 || integer === 0n || integer === "0") return false;
  throw new TypeError("EVAL was answered with neither 1 nor 0", { cause: reply });
}
