// The rotation of device tokens (PROTOCOLS 3): an honest browser is never taken for a thief, and a thief who goes on is noticed.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { present, type Rotation, startRotation } from "../../src/account/devices/rotation.ts";

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;

/** Shows a generation and expects it to be good. */
function show(rotation: Rotation, generation: number, now: number, mayRotate = true) {
  const shown = present(rotation, generation, now, mayRotate);
  if (shown.finding !== "good") throw new Error(`generation ${generation} is ${shown.finding}`);
  return shown;
}
const findingOf = (rotation: Rotation, generation: number, now: number) =>
  present(rotation, generation, now, true).finding;

describe("a device token", () => {
  it("stays as it is for a day, and is then replaced", () => {
    const start = startRotation(NOW);
    expect(show(start, 0, NOW + DAY - 1)).toEqual({ finding: "good", rotation: start, handOut: null });
    expect(show(start, 0, NOW + DAY).handOut).toBe(1);
  });

  it("gets the same successor until a minute has passed since the last hand-out, then another one, which ends the first", () => {
    const now = NOW + DAY;
    const first = show(startRotation(NOW), 0, now);
    expect(show(first.rotation, 0, now + 59_999).handOut).toBe(1);
    const second = show(first.rotation, 0, now + 60_000);
    expect(second.handOut).toBe(2);
    expect(findingOf(second.rotation, 1, now + 60_001)).toBe("stolen");
    expect(findingOf(second.rotation, 2, now + 60_001)).toBe("good");
    expect(findingOf(second.rotation, 3, now + 60_001)).toBe("unknown");
  });

  it("gives tabs that load together the same successor, also around the end of a minute that began with a lost reply", () => {
    const now = NOW + DAY;
    const lost = show(startRotation(NOW), 0, now);
    const first = show(lost.rotation, 0, now + 59_000);
    const second = show(first.rotation, 0, now + 63_000);
    expect([first.handOut, second.handOut]).toEqual([1, 1]);
    expect(findingOf(second.rotation, 1, now + 70_000)).toBe("good");
  });

  it("is good until its successor is seen and for a minute after that; later it was copied", () => {
    const now = NOW + DAY;
    const { rotation } = show(startRotation(NOW), 0, now);
    // The reply with the successor was lost: a month later the old token is still good.
    expect(findingOf(rotation, 0, now + 29 * DAY)).toBe("good");
    const seen = show(rotation, 1, now + 1000).rotation;
    expect(show(seen, 0, now + 60_999).handOut).toBe(1);
    expect(findingOf(seen, 0, now + 61_000)).toBe("stolen");
  });

  it("is good in the millisecond in which its successor is seen, and a lost successor never is", () => {
    const now = NOW + DAY;
    const lost = show(startRotation(NOW), 0, now);
    const { rotation } = show(lost.rotation, 0, now + 60_000);
    const seen = show(rotation, 2, now + 61_000).rotation;
    expect(findingOf(seen, 0, now + 61_000)).toBe("good");
    expect(findingOf(seen, 1, now + 61_000)).toBe("stolen");
  });

  it("is not replaced where nothing can be handed out, but counts as seen", () => {
    const start = startRotation(NOW);
    expect(show(start, 0, NOW + 2 * DAY, false)).toEqual({ finding: "good", rotation: start, handOut: null });
    const rotated = show(start, 0, NOW + 2 * DAY).rotation;
    expect(show(rotated, 1, NOW + 2 * DAY, false).rotation).toMatchObject({ current: 1, previous: 0, successor: null });
    const seen = show(rotated, 1, NOW + 2 * DAY).rotation;
    expect(show(seen, 0, NOW + 2 * DAY, false).handOut).toBeNull();
  });

  it("survives a clock that went back", () => {
    const start = startRotation(NOW + 300 * DAY);
    expect(show(start, 0, NOW).handOut).toBe(1);
    const seen = show(show(start, 0, NOW + 301 * DAY).rotation, 1, NOW + 301 * DAY).rotation;
    // The minute of the predecessor is over, and does not last until the clock has caught up.
    expect(findingOf(seen, 0, NOW)).toBe("stolen");
  });
});

describe("an honest browser", () => {
  it("is never taken for a thief, however many tabs it opens and however many replies are lost", () => {
    // Each visit opens some tabs at the same moment with the cookie as it is; each reply is lost or sets the cookie.
    const visit = fc.record({
      after: fc.oneof(fc.integer({ min: 0, max: 120_000 }), fc.integer({ min: 0, max: 5 * DAY })),
      lost: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(visit, { maxLength: 60 }), (visits) => {
        let [rotation, cookie, now] = [startRotation(NOW), 0, NOW];
        for (const { after, lost } of visits) {
          now += after;
          const sent = cookie;
          for (const [i, isLost] of lost.entries()) {
            // Requests of one visit arrive within half a minute.
            const shown = show(rotation, sent, now + i * 4000);
            rotation = shown.rotation;
            if (shown.handOut !== null && !isLost) cookie = shown.handOut;
          }
          now += lost.length * 4000;
        }
      }),
    );
  });
});

describe("a thief", () => {
  /** Hours until the copied cookie is noticed, when owner and thief go on using theirs in turn. `null`: not within 60 days. */
  function hoursUntilNoticed(ownerEvery: number, thiefAfter: number): number | null {
    let rotation = startRotation(NOW);
    const cookies = { owner: 0, thief: 0 };
    for (let visit = NOW + 1; visit < NOW + 60 * DAY; visit += ownerEvery) {
      for (const [who, now] of [
        ["owner", visit],
        ["thief", visit + thiefAfter],
      ] as const) {
        const shown = present(rotation, cookies[who], now, true);
        if (shown.finding !== "good") return (now - NOW) / 3_600_000;
        rotation = shown.rotation;
        cookies[who] = shown.handOut ?? cookies[who];
      }
    }
    return null;
  }

  it("who goes on using a copied cookie is noticed at the first replacement, unless they come within the same minute", () => {
    const HOUR = 3_600_000;
    fc.assert(
      fc.property(
        fc.integer({ min: HOUR, max: DAY }),
        fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        (every, part) => {
          const after = Math.max(60_001, Math.floor(every * part));
          const hours = hoursUntilNoticed(every, after);
          expect(hours).not.toBeNull();
          expect(hours as number).toBeLessThan(24 + 3 * 24);
        },
      ),
    );
  });

  it("who always comes in the minute after the owner shares the successor, and is not noticed: expiry bounds that", () => {
    expect(hoursUntilNoticed(DAY, 1000)).toBeNull();
  });
});
