import { inspectSms } from "otp-core/passcodes";
import { describe, expect, it } from "vitest";
import { row, vectorFile } from "../support/vector-file.ts";

const { vectors } = vectorFile("origin-bound-codes", ["vectors"]);

/** What a message is expected to hold, or null. */
function expectation(value: unknown) {
  if (value === null) return null;
  const embedded = (value as { embeddedHost?: unknown }).embeddedHost;
  const shape = { host: "string", code: "string" } as const;
  if (embedded !== null) return row(value, { ...shape, embeddedHost: "string" });
  const { embeddedHost, ...rest } = value as Record<string, unknown>;
  return { ...row(rest, shape), embeddedHost };
}

const messages = (vectors as readonly Record<string, unknown>[]).map((vector) => {
  const { expected, ...rest } = vector;
  return { ...row(rest, { message: "string" }), expected: expectation(expected) };
});

describe("origin-bound codes in text messages (R6)", () => {
  it("are of both kinds", () => {
    expect(messages.filter(({ expected }) => expected === null).length).toBeGreaterThan(3);
    expect(messages.filter(({ expected }) => expected !== null).length).toBeGreaterThan(2);
  });

  it.each(messages)("$message", ({ message, expected }) => {
    const { origin } = inspectSms(message);
    expect(origin && { host: origin.host, code: origin.code, embeddedHost: origin.embeddedHosts[0] ?? null }).toEqual(
      expected,
    );
  });
});
