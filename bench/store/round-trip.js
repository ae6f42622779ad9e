import { verifyTotp } from "otp-core";
import { hmac } from "otp-core/hmac";
import { memoryStore } from "otp-core/store";
import { interleave } from "../interleave.js";
import { table } from "../table.js";
import { codeOf, guarded, idsOf, KEY, nowOf } from "./attempts.js";

const ROUNDS = 80;
const IDS = 1024;
const WANTED = 100;

/** What an attempt costs without any network, compared with a round trip to Redis. */
export async function roundTrip(redis) {
  const prepared = { ...KEY, secret: hmac(KEY.secret) };
  const pure = (key) => {
    const positions = Array.from({ length: IDS }, (_, round) => nowOf(round));
    const codes = positions.map((_, round) => codeOf(round));
    return { call: (now, code) => verifyTotp(key, code, { now, after: null }), positions, codes };
  };
  const waiting = (call) => ({ call, positions: [], codes: [], asynchronous: true });
  const contenders = [
    { label: { what: "guard.verify in memory" }, ...waiting(guarded({ store: memoryStore() }, idsOf("id", IDS))) },
    { label: { what: "of it verifyTotp, with the secret as text" }, ...pure(KEY) },
    { label: { what: "verifyTotp with a prepared secret: its three HMACs" }, ...pure(prepared) },
  ];
  if (redis !== undefined) {
    await redis.getAndSet("round-trip");
    contenders.push({ label: { what: "PING to Redis and back" }, ...waiting(() => redis.ping()) });
    contenders.push({ label: { what: "GET to Redis and back" }, ...waiting(() => redis.get("round-trip")) });
  }
  const [attempt, cold, hmacs, ping, get] = await interleave(contenders, ROUNDS);
  const measured = [attempt, cold, hmacs, ping, get].filter(Boolean);
  const rows = measured.map(({ what, us }) => [what, us.toFixed(1), ping ? (ping.us / us).toFixed(1) : "–"]);
  console.log(table(["", "µs", "fit into a PING"], rows));
  if (ping === undefined) return [];

  const ratio = Math.min(ping.us, get.us) / attempt.us;
  if (hmacs.us * WANTED > ping.us) {
    const times = (ping.us / hmacs.us).toFixed(0);
    console.log(
      `\nA round trip is ${times} times the three HMACs alone, so no guard in front of them can be ${WANTED} times cheaper.`,
    );
  }
  return [
    {
      what: "guard.verify in memory: times cheaper than a round trip to Redis on this machine",
      wanted: `at least ${WANTED}`,
      got: `${ratio.toFixed(1)} (the three HMACs alone: ${(ping.us / hmacs.us).toFixed(1)})`,
      reached: ratio >= WANTED,
    },
  ];
}
