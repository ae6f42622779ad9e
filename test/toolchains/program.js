// The program that every toolchain has to build and run. It imports every entry point, and shows that types, hashes and promises work.
import { entryPoints } from "../../check/entry-points.js";

/** What the program prints, apart from the names that the entry points export. The codes are those of RFC 6238 appendix B. */
export const EXPECTED = { codes: ["94287082", "46119246", "90693936"], failures: 0 };

/** @returns the program in TypeScript. `node` says whether `node:crypto` exists where it runs. */
export function programFor({ node }) {
  const names = entryPoints.map(({ name }) => name).filter((name) => node || !name.endsWith("/node"));
  const imports = names.map((name, i) => `import * as entry${i} from "${name}";`).join("\n");
  const listed = names.map((name, i) => `  "${name}": Object.keys(entry${i}),`).join("\n");
  return `${imports}
import { totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { hmac } from "otp-core/hmac";
import { memoryStore } from "otp-core/store";

const text = "1234567890";
const bytes = (length: number): Uint8Array => Uint8Array.from(Array.from({ length }, (_, i) => text.charCodeAt(i % 10)));
const now = 59000;
const codes: string[] = [
  totp({ secret: hmac(bytes(20)), digits: 8 }, { now }),
  totp({ secret: bytes(32), algorithm: "SHA256", digits: 8 }, { now }),
  totp({ secret: bytes(64), algorithm: "SHA512", digits: 8 }, { now }),
];
// @ts-expect-error The declarations are found, because a number of digits is not text.
const wrong = () => totp({ secret: bytes(20), digits: "six" }, { now });
const names: { [name: string]: string[] } = {
${listed}
};
for (const list of Object.keys(names)) names[list] = names[list]!.filter((name) => name !== "__esModule" && name !== "default").sort();

const guard = createGuard({ store: memoryStore(), clock: () => now });
export const report = guard
  .status("user-7")
  .then(({ failures }) => JSON.stringify({ names, codes, failures, wrong: typeof wrong }));
`;
}

/** What is wrong with the report, in sentences. */
export function* problemsOf(text, { node }) {
  const { names, codes, failures } = JSON.parse(text);
  if (String(codes) !== String(EXPECTED.codes)) yield `the codes are ${codes}`;
  if (failures !== EXPECTED.failures) yield `the guard counts ${failures} failures`;
  for (const { name } of entryPoints) {
    if (!node && name.endsWith("/node")) continue;
    if (!(names[name]?.length > 0)) yield `${name} exports nothing`;
  }
}
