// Welch's t-test as dudect uses it (Reparaz, Balasch, Verbauwhede 2017): the means of two classes of samples, once over all of them
// and once for each of many cuts, because what interrupts a measurement makes it long, and a small difference drowns in that.

const CUTS = 100;
/** Below that the tail of a cut says nothing. */
const FEWEST = 10_000;

/** The largest |t| over all cuts, and the difference of the means there, in the unit of the samples. */
export function largestT(times, kinds) {
  const sorted = times.toSorted();
  const cuts = Array.from(
    { length: CUTS },
    (_, i) => sorted[Math.floor(sorted.length * (1 - 0.5 ** ((10 * (i + 1)) / CUTS)))],
  );
  let largest = { t: 0, difference: 0 };
  for (const cut of [...new Set(cuts), Number.POSITIVE_INFINITY]) {
    const [a, b] = momentsBelow(cut, times, kinds);
    if (Math.min(a.count, b.count) < FEWEST) continue;
    const error = Math.sqrt(a.variance / a.count + b.variance / b.count);
    const difference = a.mean - b.mean;
    // Samples that are all the same have no error, and no difference either.
    const t = difference === 0 ? 0 : difference / error;
    if (Math.abs(t) > Math.abs(largest.t)) largest = { t, difference };
  }
  return { ...largest, median: sorted[sorted.length >> 1] };
}

/** Welford's sums, which lose nothing to rounding. */
function momentsBelow(cut, times, kinds) {
  const sums = [0, 1].map(() => ({ count: 0, mean: 0, squares: 0 }));
  for (let i = 0; i < times.length; i++) {
    if (times[i] > cut) continue;
    const sum = sums[kinds[i]];
    const delta = times[i] - sum.mean;
    sum.count++;
    sum.mean += delta / sum.count;
    sum.squares += delta * (times[i] - sum.mean);
  }
  return sums.map(({ count, mean, squares }) => ({ count, mean, variance: squares / (count - 1) }));
}
