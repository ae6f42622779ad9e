// The run as a picture: throughput above, memory below, and when servers failed.

const [WIDTH, LEFT, RIGHT, TOP, HEIGHT, GAP] = [860, 56, 210, 34, 180, 56];
const PLOT = WIDTH - LEFT - RIGHT;
const INK = "#24292f";
const LINE = "#d0d7de";

const PANELS = [
  {
    title: "answers per second",
    lines: [
      ["redis", "Redis", "#c2410c"],
      ["postgres", "PostgreSQL", "#1d4ed8"],
    ],
  },
  {
    title: "memory, MB",
    lines: [
      ["rss", "a process: resident", "#0f766e"],
      ["heap", "a process: heap", "#65a30d"],
      ["postgresMemory", "PostgreSQL", "#1d4ed8"],
      ["redisMemory", "Redis", "#c2410c"],
    ],
  },
];

export function pictureOf({ minutes, samples, faults }) {
  const height = TOP + PANELS.length * (HEIGHT + GAP);
  const x = (minute) => LEFT + (minute / minutes) * PLOT;
  const panels = PANELS.map((panel, i) => panelOf(panel, TOP + i * (HEIGHT + GAP), { x, minutes, samples, faults }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="${INK}">`,
    "<title>A soak of otp-core: throughput and memory over time</title>",
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...panels.flat(),
    "</svg>",
    "",
  ].join("\n");
}

function panelOf({ title, lines }, top, { x, minutes, samples, faults }) {
  const bottom = top + HEIGHT;
  const values = lines.flatMap(([field]) => samples.map((sample) => sample[field])).filter(Number.isFinite);
  const step = niceStep(Math.max(1, ...values) / 4);
  const highest = step * Math.ceil(Math.max(1, ...values) / step);
  const y = (value) => bottom - (value / highest) * HEIGHT;
  const out = [text(LEFT, top - 12, title, 'font-weight="bold"')];
  for (let value = 0; value <= highest; value += step) {
    out.push(`<path d="M${LEFT} ${place(y(value))}h${PLOT}" stroke="${LINE}"/>`);
    out.push(text(LEFT - 8, y(value) + 4, String(value), 'text-anchor="end"'));
  }
  const every = niceStep(minutes / 6);
  for (let minute = 0; minute <= minutes; minute += every) {
    out.push(text(x(minute), bottom + 18, `${minute}${minute === 0 ? " min" : ""}`, 'text-anchor="middle"'));
  }
  for (const { what, atMs } of faults) {
    const colour = what === "postgres" ? "#1d4ed8" : "#c2410c";
    out.push(`<path d="M${place(x(atMs / 60_000))} ${bottom}v-7" stroke="${colour}" stroke-width="1.5"/>`);
  }
  let label = top + 12;
  for (const [field, name, colour] of lines) {
    const seen = samples.filter((sample) => Number.isFinite(sample[field]));
    const points = seen.map((sample) => `${place(x(sample.minute))} ${place(y(sample[field]))}`);
    if (points.length === 0) continue;
    out.push(`<path d="M${points.join("L")}" fill="none" stroke="${colour}" stroke-width="1.5"/>`);
    out.push(text(LEFT + PLOT + 14, label, name, `fill="${colour}"`));
    label += 18;
  }
  out.push(text(LEFT + PLOT + 14, bottom, "ticks: that server failed", 'font-size="11"'));
  return out;
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
}

const place = (number) => Number(number.toFixed(1));
const text = (left, top, words, attributes) =>
  `<text x="${place(left)}" y="${place(top)}" ${attributes}>${words}</text>`;
