// Values that are unusual in an argument, and ways to damage a value.

/** What a function of the caller's threw: it may come out as it is, because it is the caller's own. */
export class Own extends Error {}

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

const NUMBERS = [0, -0, 1, -1, 0.5, 6, 30, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 8.64e15, 1e308];
const ODD_NUMBERS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MIN_VALUE];
const TEXTS = ["", " ", "0", "6", "287082", "sha1", "SHA256", "totp", "hotp", "steam", SECRET, "toString", "__proto__"];
const ODD_TEXTS = [
  "\0",
  "\ud800",
  "a:b",
  "１２３４５６",
  "é",
  "🔐",
  "x".repeat(5000),
  "A".repeat(4096),
  "2".repeat(70_000),
];

/** @param random - of `randomOf`: the seed decides. */
export function valuesOf({ below, oneOf }) {
  const makers = [
    () => oneOf([undefined, undefined, null, null, true, false]),
    () => oneOf(NUMBERS),
    () => oneOf(ODD_NUMBERS),
    () => oneOf([0n, -1n, 7n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 4096n]),
    () => oneOf(TEXTS),
    () => oneOf(ODD_TEXTS),
    () => oneOf([Symbol.iterator, Symbol("own")]),
    () => new Uint8Array(oneOf([0, 1, 9, 10, 16, 20, 32, 129, 5000])),
    () => oneOf([new Uint16Array(8), new DataView(new ArrayBuffer(8)), new ArrayBuffer(8), new Float64Array(2)]),
    () => oneOf([[], [null], ["287082", "359152"], [[]], Array(5), Array(3000).fill("287082")]),
    () => oneOf([{}, Object.create(null), { length: 3 }, { secret: SECRET }, { toString: null, valueOf: null }]),
    () => oneOf([new Date(0), new Map(), new Set(), /x/, new Error("x"), Object("287082"), Object(6), JSON]),
    () => oneOf([() => undefined, () => Number.NaN, () => "x", async () => null, async () => true]),
    () =>
      oneOf([
        () => {
          throw new Own("thrown");
        },
        async () => {
          throw new Own("rejected");
        },
      ]),
    () => JSON.parse(`{"__proto__": {"digits": 8}, "constructor": 1}`),
    () => ({ algorithm: "SHA1", sign: () => new Uint8Array(below(40)) }),
    () => ({ algorithm: "SHA1", sign: async () => oneOf([null, new Uint8Array(20), new Uint8Array(19), "x"]) }),
    () => ({ get: async () => oneOf([null, 5, "x", "AAAA\n1"]), swap: async () => oneOf([true, false, 1, undefined]) }),
  ];
  const hostile = () => oneOf(makers)();

  /** The same, with something changed, left out or added somewhere inside. */
  function changed(value) {
    const inner = value !== null && typeof value === "object" && !ArrayBuffer.isView(value) ? Object.keys(value) : [];
    if (inner.length === 0 || below(4) === 0) return hostile();
    const copy = Array.isArray(value) ? [...value] : { ...value };
    const name = oneOf(inner);
    const what = below(8);
    if (what === 0) delete copy[name];
    else if (what === 1) copy[oneOf(["extra", "now", "Digits", "window ", "constructor"])] = hostile();
    else copy[name] = changed(copy[name]);
    return copy;
  }

  return { hostile, changed };
}
