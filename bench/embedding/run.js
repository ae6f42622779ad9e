import { child } from "../child.js";
import { ROWS } from "../inputs.js";
import { embedding as subjects } from "../rivals/index.js";
import { checkAgreement } from "../speed/agreement.js";
import { table } from "../table.js";

const ROUNDS = 100;
const HOSTS = ["otplib", "otpauth"];
/** Through the hook that the library has, and with its arithmetic replaced. */
const WAYS = ["on otp-core", "with otp-core inside"];

/** How many times as fast two other libraries are with ours, in one run. */
export async function embedding() {
  await checkAgreement(subjects);
  console.log("All agree on the codes.\n");

  const lines = [];
  const targets = [];
  for (const algorithm of ["SHA1", "SHA256", "SHA512"]) {
    const results = await child("speed/process.js", [algorithm, String(ROUNDS), "embedding"]);
    for (const host of HOSTS) {
      for (const way of WAYS) {
        const ratios = Object.keys(ROWS).map(
          (row) => median(results[row], host) / median(results[row], `${host}, ${way}`),
        );
        lines.push([`${host} ${way}, ${algorithm}`, ...ratios.map((ratio) => ratio.toFixed(1))]);
        // The algorithm of nearly all keys. OpenSSL's SHA-512 on 64-bit words is faster than ours, so otpauth keeps its own there.
        if (algorithm !== "SHA1") continue;
        targets.push({
          what: `${host} ${way}, SHA-1: times as fast as on its own engine`,
          wanted: "more than 1 throughout",
          got: `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
          reached: ratios.every((ratio) => ratio > 1),
        });
      }
    }
  }
  console.log(table(["times as fast as on its own engine", ...Object.values(ROWS)], lines));
  return targets;
}

const median = (row, name) => row.find((result) => result.name === name).us;
