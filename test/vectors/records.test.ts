// Golden records: what earlier builds wrote is read by this one, and answered as it was then.
import { readdirSync, readFileSync } from "node:fs";
import * as account from "otp-core/account";
import * as guard from "otp-core/guard";
import * as limiter from "otp-core/limiter";
import * as ocra from "otp-core/ocra";
import * as passcodes from "otp-core/passcodes";
import * as recovery from "otp-core/recovery";
import { memoryStore } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { answerOf, makeService } from "../../vectors/records/services.js";

interface Golden {
  readonly name: string;
  readonly service: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly now: number;
  readonly records: Readonly<Record<string, string>>;
  readonly calls: readonly {
    readonly after: number;
    readonly method: string;
    readonly args: readonly unknown[];
    readonly resolved?: unknown;
    readonly rejected?: string;
  }[];
}

const library = { ...account, ...guard, ...limiter, ...ocra, ...passcodes, ...recovery };
const folder = new URL("../../vectors/records/", import.meta.url);
const formats = readdirSync(folder).filter((file) => file.endsWith(".json"));

it("are of every service", () => {
  const kinds = formats.flatMap((file) => read(file).map(({ service }) => service));
  const all = ["account", "guard", "limiter", "ocra", "passcodes", "recovery", "send guard"];
  expect([...new Set(kinds)].sort()).toEqual(all);
});

describe.each(formats)("%s", (file) => {
  it.each(read(file).map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    const clock = fakeClock(golden.now);
    const store = memoryStore({ clock });
    for (const [key, text] of Object.entries(golden.records)) await store.swap(key, null, text, null);
    const service = makeService(library, golden.service, golden.options, store, clock);
    for (const { after, method, args, ...answer } of golden.calls) {
      clock.set(golden.now + after);
      // As JSON, which is what is written down of an answer.
      const now = JSON.parse(JSON.stringify(await answerOf(service, method, args)));
      expect(now, `${method}, ${after} ms later`).toEqual(answer);
    }
    // A build that looks for its records under another name would find none and forget everything.
    const texts = await Promise.all(Object.keys(golden.records).map((key) => store.get(key)));
    expect(texts).not.toEqual(Object.values(golden.records));
  });
});

function read(file: string): readonly Golden[] {
  return JSON.parse(readFileSync(new URL(file, folder), "utf8")).golden;
}
