// What every recipe of examples/stores has to do: the contract of a store, and a race from connections that know nothing of each other.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { type TotpKey, totp } from "otp-core";
import type { Store } from "otp-core/store";
import { storeContract } from "otp-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Job, run } from "../races/calls.ts";
import { serverSuite } from "../servers/server-suite.ts";
import { CALLS, PROCESSES, sum } from "../support/race.ts";

const WRONG_CALLS = 25;
const now = 1_800_000_000_000;
const key: TotpKey<string> = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
const code = totp(key, { now });
const valid = [-30_000, 0, 30_000].map((ms) => totp(key, { now: now + ms }));
const wrong = ["000000", "000001", "000002", "000003"].find((each) => !valid.includes(each)) ?? "";

const folder = new URL("../../examples/stores/", import.meta.url);
const packagesAreInstalled = existsSync(new URL("node_modules/", folder));

/** A suite that needs the packages of examples/stores, and a program. `anywhere` is false if it cannot be installed everywhere. */
export function recipeSuite(
  suite: string,
  program: string,
  isInstalled: boolean,
  tests: () => void,
  anywhere = true,
): void {
  const install = "npm ci --prefix examples/stores --ignore-scripts --omit=optional";
  if (packagesAreInstalled) serverSuite(suite, program, isInstalled, tests, anywhere);
  else serverSuite(suite, `examples/stores (${install})`, false, tests);
}

/** A program of examples/stores. It is imported by address, so that the compiler of the tests does not need its packages. */
export const recipe = (file: string) => import(new URL(file, folder).href);

/** A package of examples/stores. */
export const packageOf = (name: string) => import(pathToFileURL(createRequire(folder).resolve(name)).href);

export interface Opened {
  readonly store: Store;
  close(): unknown;
}

/**
 * @param open - opens a connection of its own to one and the same place.
 * @param newSubject - for a store whose rows must exist: makes a row, and says whose it is.
 */
export function describeRecipe(
  name: string,
  open: () => Promise<Opened>,
  newSubject: () => string | Promise<string> = randomUUID,
): void {
  describe(name, () => {
    const opened: Opened[] = [];
    beforeAll(async () => {
      while (opened.length < PROCESSES) opened.push(await open());
    });
    afterAll(async () => {
      await Promise.all(opened.map(({ close }) => close()));
    });

    let made = 0;
    const nextStore = () => (opened[made++ % opened.length] as Opened).store;
    it.each(storeContract(nextStore, { newSubject }))("$name", (rule) => rule.run());

    const race = async (job: Job) => sum(await Promise.all(opened.map(({ store }) => run(job, store))));

    it(`accepts one of ${PROCESSES * CALLS} presentations of a valid code`, async () => {
      const codes = Array<string>(CALLS).fill(code);
      const tally = await race({ kind: "guard", subject: await newSubject(), key, codes, now });
      expect(tally).toEqual({ accepted: 1, replayed: PROCESSES * CALLS - 1 });
    });

    it(`looks at 5 of ${PROCESSES * WRONG_CALLS} wrong codes`, async () => {
      const codes = Array<string>(WRONG_CALLS).fill(wrong);
      const tally = await race({ kind: "guard", subject: await newSubject(), key, codes, now });
      expect(tally).toEqual({ mismatch: 5, throttled: PROCESSES * WRONG_CALLS - 5 });
    });
  });
}
