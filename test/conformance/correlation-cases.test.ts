import { describe, expect, test } from "vitest";
import type { PlainIncident } from "../reference/correlation.ts";
import { referenceIncidents } from "../reference/reference.ts";
import { referenceSequences } from "../reference/sequence.ts";
import { type Case, readCases, sorted } from "./read-cases.ts";
import { incidentsByEngine, refusedByEngine } from "./through-the-engine.ts";

const cases = readCases();

test("there are at least a hundred, each with a name of its own", () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  expect(cases.length).toBeGreaterThanOrEqual(100);
});

for (const [who, incidentsOf] of [
  ["the reference", byReference],
  ["the engine", incidentsByEngine],
] as const)
  describe(`${who} comes to what each case says, also with its events turned round and twice`, () => {
    for (const one of cases.filter(({ refused }) => refused.length === 0))
      test(one.name, () => {
        for (const events of [one.events, one.events.toReversed(), [...one.events, ...one.events]])
          expect(incidentsOf({ ...one, events })).toEqual(one.incidents);
      });
  });

describe("the engine refuses no more than what a case says", () => {
  for (const one of cases)
    test(one.name, () => {
      expect(refusedByEngine(one)).toEqual(one.refused);
    });
});

function byReference({ detections, correlations, sequences, events, seenUntil }: Case): readonly PlainIncident[] {
  return sorted([
    ...referenceIncidents(detections, correlations, events, seenUntil),
    ...referenceSequences(detections, sequences, events),
  ]);
}
