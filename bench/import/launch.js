import { spawnSync } from "node:child_process";

/** Launches of each contender. Other work on the machine only makes a launch slower, so the fastest one is the measurement. */
export const LAUNCHES = 25;

/**
 * The time that an import takes in a new process, in milliseconds, as the minimum over the launches. The contenders take turns.
 *
 * @param contenders - `{ name, cwd, imports: [specifier], format: "esm" | "cjs" }`.
 */
export function launchTimes(contenders) {
  const times = contenders.map(() => []);
  for (let launch = 0; launch < LAUNCHES; launch++) {
    const order = contenders.map((_, i) => (launch % 2 === 0 ? i : contenders.length - 1 - i));
    for (const i of order) times[i].push(launchOnce(contenders[i]));
  }
  return times.map((list) => Math.min(...list));
}

function launchOnce({ cwd, imports, format }) {
  const load = (specifier) =>
    format === "cjs" ? `require(${JSON.stringify(specifier)});` : `await import(${JSON.stringify(specifier)});`;
  const code = `const start = performance.now(); ${imports.map(load).join(" ")} console.log(performance.now() - start);`;
  const flags = format === "cjs" ? ["--input-type=commonjs"] : ["--input-type=module"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, "-e", code], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${imports}: ${stderr}`);
  return Number(stdout.trim().split("\n").at(-1));
}
