/** Ends a gate: prints what is wrong, and fails if there is anything. */
export function conclude(problems) {
  for (const problem of problems) console.log(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
