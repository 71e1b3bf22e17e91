import { expect, test } from "vitest";
import { referenceIncidents } from "../reference/reference.ts";
import { referenceSequences } from "../reference/sequence.ts";
import { deliveries } from "./deliveries.ts";
import { asCases, type CorrelationCase, randomCorrelations } from "./random-correlations.ts";
import { randomSequences } from "./random-sequences.ts";
import { type Case, sorted } from "./read-cases.ts";
import { incidentsByEngine, refusedByEngine } from "./through-the-engine.ts";

/** More of them: `CONFORMANCE_RULES=1000 npx vitest run test/conformance`. */
const RULES = Number(process.env.CONFORMANCE_RULES ?? 40);
const SETS = 5;
const ORDERS = 3;
const seed = Date.now() % 1_000_000;

/** The events in several logs, which have not been seen equally far, numbered otherwise than they are listed; and a rule that looks at one of the logs only. */
function scattered(one: CorrelationCase): readonly Case[] {
  const sets = one.sets.map((events) =>
    events.map((event, at) => ({
      ...event,
      Channel: at % 3 === 0 ? "System" : "Security",
      EventRecordID: String(((at * 7) % 11) * 100 + at),
    })),
  );
  const rules = one.rules.map((rule) =>
    "name" in rule && rule.name === "c" ? { ...rule, logsource: { product: "windows", service: "system" } } : rule,
  );
  return asCases({ ...one, rules, sets }, { "PC1/System": one.seenUntil - 12, "PC2/Security": one.seenUntil - 20 });
}

for (const [what, cases] of [
  ["correlations", () => randomCorrelations(RULES, SETS, seed).map((one) => asCases(one))],
  ["correlations over several logs", () => randomCorrelations(RULES, SETS, seed + 1).map(scattered)],
  ["sequences", () => randomSequences(2 * RULES, SETS, seed)],
] as const)
  test(`the engine comes to what the reference does, of random ${what} over random events: in any order, twice, taken up again at any point`, () => {
    let incidents = 0;
    for (const one of cases().flat()) {
      // A count that these rules can never come to.
      if (refusedByEngine(one).length > 0) continue;
      const expected = byReference(one);
      for (const delivered of deliveries(one.events, ORDERS, seed))
        expect(incidentsByEngine(one, delivered), saidOf(one, delivered)).toEqual(expected);
      incidents += expected.length;
    }
    expect(incidents).toBeGreaterThan(RULES);
  }, 3_600_000);

function byReference({ detections, correlations, sequences, events, seenUntil }: Case) {
  return sorted([
    ...referenceIncidents(detections, correlations, events, seenUntil),
    ...referenceSequences(detections, sequences, events),
  ]);
}

function saidOf({ texts, events }: Case, delivered: ReturnType<typeof deliveries>[number]): string {
  const order = delivered.map((one) => (typeof one === "string" ? one : one.id)).join(" ");
  const fields = events.map(({ id, fields, time }) =>
    JSON.stringify({ id, ...fields, second: Number(time / 10_000_000n) % 3600 }),
  );
  return [`seed ${seed}`, texts.at(-1), ...fields, order].join("\n");
}
