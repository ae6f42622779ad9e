import { child } from "../child.js";
import { table } from "../table.js";

const ROUNDS = 100;

/** How many times longer the others take to write and to read a key URI. */
export async function uri() {
  const { format, parse } = await child("uri/process.js", [String(ROUNDS)]);
  const names = [...new Set([...format, ...parse].map(({ name }) => name))];
  const cell = (row, name) => {
    const found = row.find((result) => result.name === name);
    return found === undefined ? "–" : (found.us / row[0].us).toFixed(1);
  };
  const rows = names.map((name) => [name, cell(format, name), cell(parse, name)]);
  console.log(table(["key URI: times as long", "write", "read"], rows));
  console.log(`\n(1 was here: ${format[0].us.toFixed(2)} µs, ${parse[0].us.toFixed(2)} µs)`);
  return [target(2, "write", format), target(3, "read", parse)];
}

function target(wanted, what, row) {
  const rivals = row.filter(({ name }) => !name.startsWith("otp-core"));
  const { name, us } = rivals.reduce((best, rival) => (rival.us < best.us ? rival : best));
  const ratio = us / row[0].us;
  return {
    what: `${what} a key URI: times the fastest rival`,
    wanted: `at least ${wanted}`,
    got: `${ratio.toFixed(1)} (${name})`,
    reached: ratio >= wanted,
  };
}
