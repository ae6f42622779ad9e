import { child } from "../child.js";
import { ROWS } from "../inputs.js";
import { rivals } from "../rivals/index.js";
import { table } from "../table.js";
import { checkAgreement } from "./agreement.js";
import { nodeCrypto } from "./node-crypto.js";

const ROUNDS = 100;

/** How many times longer each rival takes for the same work. */
export async function speed() {
  await checkAgreement(rivals);
  console.log("All agree on the codes.\n");

  const measured = {};
  for (const algorithm of ["SHA1", "SHA256", "SHA512"]) {
    measured[algorithm] = await child("speed/process.js", [algorithm, String(ROUNDS), "rivals"]);
    print(algorithm, measured[algorithm]);
  }

  const sha1 = measured.SHA1;
  return [
    atLeast(12, "generate, prepared, SHA-1: times the fastest rival", fastest(sha1.prepared)),
    atLeast(40, "generate, prepared, SHA-1: times otplib", against(sha1.prepared, "otplib")),
    atLeast(
      5,
      "generate, cold, SHA-1: times the fastest synchronous rival",
      fastest(sha1.cold.filter(({ asynchronous }) => !asynchronous)),
    ),
    atLeast(16, "verify ±1, wrong code, SHA-1: times the fastest rival", fastest(sha1.wrong)),
    atLeast(19, "look-ahead of 100, SHA-1: times the fastest rival", fastest(sha1.lookAhead)),
    atLeast(5, "generate, prepared, SHA-256: times the fastest rival", fastest(measured.SHA256.prepared)),
    atLeast(1, "generate, prepared, SHA-512: times node:crypto", against(measured.SHA512.prepared, nodeCrypto.name)),
  ];
}

function print(algorithm, results) {
  const names = [...new Set(Object.values(results).flatMap((row) => row.map(({ name }) => name)))];
  const columns = Object.keys(ROWS).map((row) => ratios(results[row]));
  const cells = (name) => [name, ...columns.map((column) => (name in column ? format(column[name]) : "–"))];
  console.log(table([`${algorithm}: times as long`, ...Object.values(ROWS)], names.map(cells)));
  const own = Object.values(results).map((row) => `${row[0].us.toFixed(2)} µs`);
  console.log(`\n(1 was here: ${own.join(", ")})\n`);
}

/** Each median divided by ours, which comes first. */
function ratios(row) {
  return Object.fromEntries(row.map(({ name, us }) => [name, us / row[0].us]));
}

function against(row, name) {
  return { name, ratio: ratios(row)[name] };
}

function fastest(row) {
  const rivals = row.slice(1).filter(({ name }) => name !== nodeCrypto.name);
  const { name, us } = rivals.reduce((best, rival) => (rival.us < best.us ? rival : best));
  return { name, ratio: us / row[0].us };
}

const format = (ratio) => (ratio < 10 ? ratio.toFixed(1) : ratio.toFixed(0));

function atLeast(wanted, what, { name, ratio }) {
  return { what, wanted: `at least ${wanted}`, got: `${ratio.toFixed(1)} (${name})`, reached: ratio >= wanted };
}
