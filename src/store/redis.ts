/**
 * A store in Redis or Valkey: `redisStore` takes a function that sends a command.
 *
 * @module
 */

import { checkInteger, checkOptions, type Options, refuse } from "../check.ts";
import { isBytes } from "../encoding/bytes.ts";
import { utf8Length } from "../encoding/utf8.ts";
import { DAY_MS } from "../time.ts";
import { EXPIRY_MARGIN_MS, type Store } from "./store.ts";

/** A command as Redis reads it: its name and its arguments, in order. */
export type RedisCommand = [name: string, ...args: string[]];

/** Sends one command to the primary that owns `key`, and resolves with its reply. */
export type RedisSend = (command: RedisCommand, key: string) => Promise<unknown>;

/** Options of {@link redisStore}. */
export interface RedisStoreOptions {
  /** Stands before every key: up to 100 characters. @defaultValue none */
  readonly prefix?: string | undefined;
}

const OPTIONS: Options<RedisStoreOptions> = { prefix: true };
const MAX_PREFIX_LENGTH = 100;

// A text travels as "+" and the text, absence as "-", so that an empty argument is neither. EVAL and not EVALSHA: EVALSHA fails
// after a restart, a failover or SCRIPT FLUSH, and it saves 2 of 38 microseconds. PEXPIRE and not PEXPIREAT: the expiry counts on
// the server's clock from now on, so that a server whose clock is ahead of the application's does not drop new records.
const SWAP = `
local now = redis.call('GET', KEYS[1])
if (now and '+' .. now or '-') ~= ARGV[1] then return 0 end
if ARGV[2] == '-' then redis.call('DEL', KEYS[1]) return 1 end
redis.call('SET', KEYS[1], string.sub(ARGV[2], 2))
if ARGV[3] ~= '-' then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return 1`;

/**
 * A store in Redis, Valkey, or any server with their protocol and Lua. It takes a function and not a client, so it works with
 * every client: `(command) => client.sendCommand(command)` for node-redis, `([name, ...args]) => redis.call(name, ...args)` for
 * ioredis, `([name, ...args]) => redis.send(name, args)` for Bun. Every command is about one key, so a cluster works too. A client
 * that wants to know the key finds it in the second argument: `(command, key) => cluster.sendCommand(key, false, command)`.
 *
 * If the server forgets a record, a used code is valid again:
 * - Set `maxmemory-policy noeviction`, and do not share the server with a cache.
 * - Set `appendonly yes`. With `appendfsync always` a power cut does not lose the last second either.
 * - Read from the primary, never from a replica. A failover may lose the last writes. Where it must not, use SQL, or wait for a replica
 *   with `WAIT` in `send`, as the guide of the stores shows.
 * - Keep in SQL what is remembered for longer than a code lives: HOTP counters, recovery codes, disabled subjects.
 * - After restoring a backup, used codes are unused again. For TOTP, accept no log-in for two minutes, until every window of that
 *   moment has passed. For HOTP, resynchronise every token.
 *
 * One attempt is two commands: a read, and a conditional write in one Lua script. A refused attempt may be one command.
 *
 * @param send - sends one command. Replies are text, as clients give it by default: no Buffers for `GET`.
 * @param options - the prefix of the keys, for a server that has other users.
 *
 * @example
 * ```ts
 * import { type RedisCommand, redisStore } from "otp-core/store/redis";
 *
 * const send = async ([name]: RedisCommand) => (name === "GET" ? "state" : 0); // your client goes here
 * const store = redisStore(send, { prefix: "shop:" });
 * console.log(await store.get("key")); // state
 * console.log(await store.swap("key", "other state", "new state", null)); // false
 * ```
 *
 * @throws OtpError `invalid-argument`. The methods reject with what `send` throws, and with a TypeError for any other reply.
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
      const until = expiresAt === null ? "-" : String(lifetimeOf(expiresAt));
      return hasSwapped(await send(["EVAL", SWAP, "1", name, from, to, until], name));
    },
  };
}

/** Half of a surrogate pair would arrive as a replacement character, and two texts would become one. */
function checkText(text: unknown, argument: string): string {
  if (typeof text !== "string" || utf8Length(text) < 0) refuse(argument, "well-formed text");
  return text;
}

/**
 * How long a record is kept, in milliseconds. Never less than the margin, whatever `Date.now` is compared with the clock of the
 * service.
 */
function lifetimeOf(expiresAt: number): number {
  checkInteger(expiresAt, "expiresAt", 0, Number.MAX_SAFE_INTEGER);
  return Math.min(Math.max(expiresAt - Date.now(), 0) + EXPIRY_MARGIN_MS, MAX_LIFETIME_MS);
}

/** Redis refuses what is too long. A thousand years are enough. */
const MAX_LIFETIME_MS = 1000 * 365 * DAY_MS;

/** Clients give an integer as a number, a bigint, text or bytes. Anything else ("QUEUED", null) is not an answer. */
function hasSwapped(reply: unknown): boolean {
  const integer = isBytes(reply) && reply.length === 1 ? String.fromCharCode(...reply) : reply;
  if (integer === 1 || integer === 1n || integer === "1") return true;
  if (integer === 0 || integer === 0n || integer === "0") return false;
  throw new TypeError("EVAL was answered with neither 1 nor 0", { cause: reply });
}
