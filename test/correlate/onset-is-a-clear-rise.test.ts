import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../model/ticks.ts";
import { Moments } from "../../rules/correlate/moments.ts";
import { chanceOf, testOnset } from "../../rules/correlate/onset.ts";
import { at } from "./detections.ts";

const change = at(0);

function onset(beforeHours: readonly number[], after: number, seenHours?: number) {
  return testOnset({
    times: new Moments(
      [...beforeHours, ...Array.from({ length: after }, (_, i) => (i * 24) / after)]
        .map(at)
        .sort((a, b) => (a < b ? -1 : 1)),
    ),
    after,
    change,
    window: DAY,
    lookback: 7n * DAY,
    seenSince: seenHours === undefined ? undefined : at(-seenHours),
    tests: 1,
  });
}

/** So many a day, evenly, all week. */
function steady(perDay: number): readonly number[] {
  return Array.from({ length: 7 * perDay }, (_, i) => (-(i + 0.5) * 24) / perDay);
}

describe("an onset", () => {
  test.each([
    ["three after a silent week", [], 3, true],
    ["two after a silent week", [], 2, false],
    ["as many as on each day before", steady(20), 20, false],
    ["half as many again as on each day before", steady(20), 30, false],
    ["three times as many as on each day before", steady(20), 60, true],
    ["a burst like the one of three days ago", Array.from({ length: 30 }, (_, i) => -72 - i / 60), 30, false],
    [
      "what had begun an hour before at the same rate",
      Array.from({ length: 50 }, (_, i) => -(i + 1) / 60),
      1200,
      false,
    ],
  ] as const)("%s", (_, before, after, rose) => expect(onset(before, after).rose).toBe(rose));

  test.each([
    ["no log from before", 0, 500, false],
    ["an hour of silence before says little about three failures in a day", 1, 3, false],
    ["an hour of silence says something about five hundred", 1, 500, true],
    ["a day of silence is not enough for three", 24, 3, false],
    ["a day of silence is enough for nine", 24, 9, true],
  ] as const)("%s", (_, seen, after, rose) => expect(onset([], after, seen).rose).toBe(rose));

  test("says the numbers it rests on", () => {
    expect(onset([-30, -50], 40).reason).toBe("2 failures in the 7 days before, 40 in the 24 hours after");
    expect(onset([], 500, 0).reason).toContain("the log does not reach back before it");
  });

  test("is none when a day of the week before held half as many", () => {
    const hours = fc.array(fc.double({ min: -167, max: -0.001, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(hours, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 40 }), (some, day, half) => {
        const busyDay = Array.from({ length: half }, (_, i) => -24 * day + 0.1 + (i * 23.8) / half);
        expect(onset([...some, ...busyDay], 2 * half).rose).toBe(false);
      }),
    );
  });
});

describe("the probability of the later span's share", () => {
  test("is that of the sum over all outcomes", () => {
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
    fc.assert(
      fc.property(
        fc.nat(25),
        fc.nat(25),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 200 }),
        (after, before, afterHours, beforeHours) => {
          const n = after + before;
          const q = afterHours / (afterHours + beforeHours);
          let tail = 0;
          for (let k = after; k <= n; k++) tail += choose(n, k) * q ** k * (1 - q) ** (n - k);
          const chance = chanceOf(after, before, BigInt(afterHours) * HOUR, BigInt(beforeHours) * HOUR);
          if (after > n * q) expect(chance).toBeCloseTo(tail, 9);
          else expect(chance).toBe(1);
        },
      ),
    );
  });

  test("of counts in the millions is found as well", () => {
    expect(chanceOf(1_000_000, 7_000_000, DAY, 7n * DAY)).toBe(1);
    expect(chanceOf(1_002_000, 7_000_000, DAY, 7n * DAY)).toBeLessThan(0.05);
    expect(chanceOf(1_020_000, 7_000_000, DAY, 7n * DAY)).toBeLessThan(1e-20);
  });
});
