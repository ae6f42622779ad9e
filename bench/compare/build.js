// Opens a build of the library in a folder of its own, and offers what two builds can be compared by. Builds of different ages differ in
// names, so each operation is offered in the way that the build understands.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const URI = `otpauth://totp/Example:alice?secret=${SECRET}&issuer=Example`;
const SUBJECTS = 1000;
const PERIOD_MS = 30_000;

/** @returns `{ folder, name, open(path) }`; `open` resolves to the exports of an entry point, or to nothing if there is none. */
export function findBuild(name, folder) {
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return {
    name,
    folder: resolve(folder),
    async open(path) {
      const file = exports[path]?.import?.default;
      return file === undefined ? {} : import(pathToFileURL(resolve(folder, file)));
    },
  };
}

/** The operations of a build: `(position, code) => unknown`, position being milliseconds since 1970 or a counter. */
export async function operationsOf(build, algorithm) {
  const core = await build.open(".");
  const { hmac } = await build.open("./hmac");
  const key = { secret: hmac(SECRET, algorithm) };
  const uriKey = core.parseUri(URI);
  return {
    cold: (now) => core.totp({ secret: SECRET, algorithm }, { now }),
    prepared: (now) => core.totp(key, { now }),
    verify: (now, code) => core.verifyTotp(key, code, { now, after: null }),
    lookAhead: (counter, code) => core.verifyHotp(key, code, { counter, lookAhead: 100 }),
    parseUri: () => core.parseUri(URI),
    formatUri: () => core.formatUri(uriKey),
    guard: await guardOf(build, core, { type: "totp", ...key }),
  };
}

/** Every call accepts the code of another subject. After all subjects had their turn, time moves on by one period. */
async function guardOf(build, core, key) {
  const { createGuard, memoryStore } = { ...(await build.open("./store")), ...(await build.open("./guard")) };
  let now = 1_700_000_000_000;
  let code = core.totp(key, { now });
  let calls = 0;
  const guard = createGuard({ store: memoryStore({ clock: () => now }), clock: () => now });
  const subjects = Array.from({ length: SUBJECTS }, (_, i) => `user-${i}`);
  const name = await subjectName(guard, key, code);
  return () => {
    if (++calls % SUBJECTS === 0) {
      now += PERIOD_MS;
      code = core.totp(key, { now });
    }
    return guard.verify({ [name]: subjects[calls % SUBJECTS], key, code });
  };
}

/** rc.1 calls the subject `id`. */
async function subjectName(guard, key, code) {
  for (const name of ["subject", "id"]) {
    try {
      if (accepts(await guard.verify({ [name]: "first", key, code }))) return name;
    } catch {
      // The build does not know this name.
    }
  }
  throw new Error("the guard accepts no valid code");
}

/** A verdict of rc.1 is an object with `ok`, later ones are falsy if the code is refused. */
export const accepts = (verdict) => Boolean(verdict) && verdict.ok !== false;
