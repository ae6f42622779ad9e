/** The seed of a random test: another one each time, or that of `OTP_CORE_SEED`, with which `.ci/run` repeats itself. */
export function drawSeed(): number {
  const { OTP_CORE_SEED: given } = process.env;
  return given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given);
}
