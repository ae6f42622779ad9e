import { child } from "../child.js";
import { ROWS } from "../inputs.js";
import { table } from "../table.js";

/** Bytes of JavaScript heap per call. What `node:crypto` and WebCrypto allocate outside the heap is not even seen. */
export async function allocation() {
  const contenders = await child(
    "allocation/process.js",
    [],
    ["--expose-gc", "--min-semi-space-size=128", "--max-semi-space-size=128"],
  );
  const cell = (bytes) => (bytes === undefined ? "–" : String(Math.max(0, Math.round(bytes))));
  const rows = contenders.map(({ name, bytes }) => [name, ...Object.keys(ROWS).map((row) => cell(bytes[row]))]);
  console.log(table(["SHA1: bytes per call", ...Object.values(ROWS)], rows));

  const [, { bytes: kept }, { bytes: verdict }] = contenders;
  return [
    {
      what: "verify ±1, prepared: bytes for a right and a wrong code, with options kept",
      wanted: `its verdict, ${cell(verdict.right)}`,
      got: `${cell(kept.right)} and ${cell(kept.wrong)}`,
      // A reading is exact to a fraction of a byte per call.
      reached: kept.right < verdict.right + 1 && kept.wrong < verdict.wrong + 1,
    },
  ];
}
