// Whether twice the length takes about twice the time. Two lengths are measured in turns in one run, so what else the machine does weighs
// on both.

const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN;

/** How many times as long the longer input takes: the median of many, each of so many calls that a clock can tell. */
function ratio(call: (input: string) => unknown, shorter: string, longer: string): number {
  const time = (input: string, calls: number) => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) call(input);
    return performance.now() - start;
  };
  let calls = 1;
  while (time(longer, calls) < 1) calls *= 2;
  // What is as slow as it must not be needs no more than a look.
  const times: (readonly [number, number])[] = [];
  for (let spent = 0; times.length < 25 && (times.length < 3 || spent < 500); ) {
    const pair = [time(shorter, calls), time(longer, calls)] as const;
    times.push(pair);
    spent += pair[0] + pair[1];
  }
  return median(times.map(([, long]) => long)) / median(times.map(([short]) => short));
}

/** A machine that is busy with something else may spoil a measurement, but not each of five. */
export function best(call: (input: string) => unknown, shorter: string, longer: string, wanted: number): number {
  let found = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5 && found > wanted; i++) found = Math.min(found, ratio(call, shorter, longer));
  return found;
}
