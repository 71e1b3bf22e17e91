import { expect, test } from "vitest";
import { referenceIncidents } from "../reference/reference.ts";
import { asCases, randomCorrelations } from "./random-correlations.ts";
import { sorted } from "./read-cases.ts";
import { incidentsByEngine, refusedByEngine } from "./through-the-engine.ts";

/** More of them: `CONFORMANCE_RULES=1000 npx vitest run test/conformance`. */
const RULES = Number(process.env.CONFORMANCE_RULES ?? 40);
const SETS = 5;

test("the engine comes to what the reference does, of random correlations over random events", () => {
  const seed = Date.now() % 1_000_000;
  let incidents = 0;
  for (const random of randomCorrelations(RULES, SETS, seed))
    for (const one of asCases(random)) {
      const { detections, correlations, events, seenUntil } = one;
      const expected = sorted(referenceIncidents(detections, correlations, events, seenUntil));
      const said = `seed ${seed}: ${one.texts.at(-1)}${JSON.stringify(random.sets[Number(one.name.split(": ")[1])])}`;
      // A count that these rules can never come to.
      if (refusedByEngine(one).length > 0) continue;
      for (const order of [events, [...events.toReversed(), ...events]])
        expect(incidentsByEngine({ ...one, events: order }), said).toEqual(expected);
      incidents += expected.length;
    }
  expect(incidents).toBeGreaterThan(RULES);
});
