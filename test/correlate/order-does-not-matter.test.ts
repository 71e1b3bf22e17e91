import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Detection } from "../../model/detection.ts";
import { Correlator } from "../../rules/correlate/correlator.ts";
import { detection } from "./detections.ts";
import { incidentsOf, SEQUENCES } from "./story.ts";

const RULES = [
  "root_added_by_auto_update",
  "root_changed_by_auto_update",
  "root_removed_by_auto_update",
  "host_started",
  "lync_service_started",
  "tls_alert_received",
  "tls_alert_received",
  "tls_chain_not_trusted",
  "tls_cipher_mismatch",
  "root_updates_turned_off",
  "root_updates_turned_on",
  "issuer_list_truncated",
  "tls_settings_changed",
];

/** Few computers, channels, roots and hours, so that steps follow each other, fall on one moment with and without an order, and take each other back. */
const someDetection = fc
  .record({
    rule: fc.constantFrom(...RULES),
    hours: fc.oneof(fc.integer({ min: 0, max: 30 * 24 }), fc.integer({ min: 0, max: 48 })),
    Computer: fc.constantFrom("EDGE01", "edge01", "FE01"),
    Channel: fc.constantFrom("System", "Application"),
    Record: fc.constantFrom("1", "2", "3"),
    Thumbprint: fc.constantFrom("A".repeat(40), "B".repeat(40)),
    Alert: fc.constantFrom("46", "48"),
  })
  .map(({ rule, hours, ...fields }) => detection(rule, hours, fields));

/** Bursts of failures, which single draws would hardly give. */
const burst = fc
  .record({
    rule: fc.constantFrom("tls_alert_received", "tls_cipher_mismatch", "tls_chain_not_trusted"),
    from: fc.integer({ min: 0, max: 700 }),
    count: fc.integer({ min: 3, max: 25 }),
  })
  .map(({ rule, from, count }) =>
    Array.from({ length: count }, (_, i) => detection(rule, from + i / 10, { Alert: "48" })),
  );

const history = fc
  .tuple(fc.array(someDetection, { maxLength: 40 }), fc.array(burst, { maxLength: 3 }))
  .map(([single, bursts]) => [...single, ...bursts.flat()]);
const shuffled = history.chain((all) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
);

describe("incidents are a view over the detections", () => {
  test("in whatever order they come", () => {
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(incidentsOf(other)).toEqual(incidentsOf(all));
      }),
      { numRuns: 400 },
    );
  });

  test("however often each comes", () => {
    const again = history.chain((all) =>
      fc.subarray(all).chain((twice) => {
        const delivered = [...all, ...twice];
        return fc.tuple(fc.constant(all), fc.shuffledSubarray(delivered, { minLength: delivered.length }));
      }),
    );
    fc.assert(
      fc.property(again, ([all, delivered]) => {
        expect(incidentsOf(delivered)).toEqual(incidentsOf(all));
      }),
      { numRuns: 200 },
    );
  });

  test("however they are split, with incidents asked for in between, and a restart that reads all back", () => {
    const split = history.chain((all) =>
      fc.nat({ max: all.length }).chain((cut) =>
        fc.record({
          all: fc.constant(all),
          cut: fc.constant(cut),
          stored: fc.shuffledSubarray(all.slice(0, cut), { minLength: cut }),
          rest: fc.nat({ max: cut }).map((from) => all.slice(from)),
        }),
      ),
    );
    fc.assert(
      fc.property(split, ({ all, cut, stored, rest }) => {
        const before = new Correlator(SEQUENCES);
        for (const one of all.slice(0, cut)) before.add(one);
        before.incidents();
        for (const one of all.slice(cut)) before.add(one);
        expect(before.incidents()).toEqual(incidentsOf(all));
        const readBack: readonly Detection[] = structuredClone(stored);
        const after = new Correlator(SEQUENCES);
        for (const one of [...readBack, ...rest]) after.add(one);
        expect(after.incidents()).toEqual(incidentsOf(all));
      }),
      { numRuns: 200 },
    );
  });

  test("and of one computer whatever happens on others", () => {
    fc.assert(
      fc.property(history, (all) => {
        const ofFrontEnd = (incidents: ReturnType<typeof incidentsOf>) =>
          incidents.filter(({ group }) => group.Computer === "FE01");
        expect(incidentsOf(all.filter(({ event }) => event.computer === "FE01"))).toEqual(ofFrontEnd(incidentsOf(all)));
      }),
      { numRuns: 200 },
    );
  });
});

describe("every incident", () => {
  test("names events that were really there, in order of time and of steps", () => {
    fc.assert(
      fc.property(history, (all) => {
        const ids = new Set(all.map(({ id }) => id));
        for (const incident of incidentsOf(all))
          for (const { step, count, first, last, events } of incident.evidence) {
            expect(events.every(({ detectionId }) => ids.has(detectionId))).toBe(true);
            expect(count).toBeGreaterThanOrEqual(events.length);
            expect(first <= last).toBe(true);
            if (step === "armed") continue;
            const times = events.map(({ event }) => event.time);
            expect(times).toEqual(times.toSorted((a, b) => (a < b ? -1 : 1)));
          }
      }),
      { numRuns: 200 },
    );
  });

  test("has its failures for itself: no event is evidence of two outages of one rule", () => {
    fc.assert(
      fc.property(history, (all) => {
        const seen = new Set<string>();
        for (const { rule, evidence } of incidentsOf(all))
          for (const { events } of evidence.filter(({ step, role }) => step === "failing" && role === "step"))
            for (const { detectionId } of events) {
              const key = `${rule.name} ${detectionId}`;
              expect(seen.has(key)).toBe(false);
              seen.add(key);
            }
      }),
      { numRuns: 200 },
    );
  });
});
