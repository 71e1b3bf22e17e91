import { describe, expect, test } from "vitest";
import { referenceIncidents } from "../reference/reference.ts";
import { type Case, readCases, sorted } from "./read-cases.ts";

const cases = readCases();

test("there are at least a hundred, each with a name of its own", () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  expect(cases.length).toBeGreaterThanOrEqual(100);
});

describe("the reference comes to what each case says, also with its events turned round and twice", () => {
  for (const one of cases.filter(({ refused }) => refused.length === 0))
    test(one.name, () => {
      for (const events of [one.events, one.events.toReversed(), [...one.events, ...one.events]])
        expect(byReference({ ...one, events })).toEqual(one.incidents);
    });
});

function byReference({ detections, correlations, events, seenUntil }: Case) {
  return sorted(referenceIncidents(detections, correlations, events, seenUntil));
}
