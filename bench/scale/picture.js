// The picture of the scale study: attempts per second by processes, and by records. It is an SVG without text from elsewhere, and its colours
// are seen on a light and on a dark page.

const WIDTH = 720;
const BAR = 26;
const LEFT = 250;
const COLOURS = { Redis: "#c2410c", PostgreSQL: "#2563eb" };

export function picture(result) {
  const rows = Object.entries(result).flatMap(([name, measured]) => [
    { heading: name },
    ...measured.map((row) => ({
      label:
        row.records === undefined ? count(row.processes, "process") : `${row.records.toLocaleString("en")} records`,
      value: row.perSecond,
      note: `${row.perSecond.toLocaleString("en")} attempts/s, p99 ${row.p99} ms`,
      colour: COLOURS[name.startsWith("Redis") ? "Redis" : "PostgreSQL"],
    })),
  ]);
  const most = Math.max(...rows.map(({ value = 0 }) => value));
  const scaled = (value) => Math.round((value / most) * (WIDTH - LEFT - 220));
  const lines = rows.map((row, i) => {
    const y = 24 + i * BAR;
    if (row.heading !== undefined) return `<text x="8" y="${y + 4}" font-weight="bold">${row.heading}</text>`;
    const width = scaled(row.value);
    return [
      `<text x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${row.label}</text>`,
      `<rect x="${LEFT}" y="${y - 9}" width="${width}" height="18" rx="3" fill="${row.colour}"/>`,
      `<text x="${LEFT + width + 8}" y="${y + 4}">${row.note}</text>`,
    ].join("\n");
  });
  const height = 24 + rows.length * BAR;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Attempts per second by processes and by records" font-family="system-ui, sans-serif" font-size="13" fill="#777">
${lines.join("\n")}
</svg>
`;
}

function count(number, noun) {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}es`;
}
