import fc from "fast-check";
import { expect, test } from "vitest";
import type { Detection } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import { Correlator } from "../../rules/correlate/correlator.ts";
import { at, detection } from "./detections.ts";
import { followed, type Given } from "./followed.ts";
import { incidentsOf, SEQUENCES } from "./story.ts";

const RULES = [
  "root_added_by_auto_update",
  "root_removed_by_auto_update",
  "host_started",
  "tls_alert_received",
  "tls_chain_not_trusted",
];

const oneDetection = fc
  .record({
    rule: fc.constantFrom(...RULES),
    hours: fc.integer({ min: 0, max: 300 }),
    Computer: fc.constantFrom("EDGE01", "edge01", "FE01", "FE02"),
    Thumbprint: fc.constantFrom("A".repeat(40), "B".repeat(40)),
    Alert: fc.constantFrom("46", "48"),
  })
  .map(({ rule, hours, ...fields }): readonly Given[] => [{ detection: detection(rule, hours, fields) }]);
const failures = fc
  .record({ from: fc.integer({ min: 0, max: 300 }), count: fc.integer({ min: 5, max: 25 }) })
  .map(({ from, count }): readonly Given[] =>
    Array.from({ length: count }, (_, i) => ({
      detection: detection("tls_alert_received", from + i / 10, { Alert: "48" }),
    })),
  );
/** A root comes back, the machine restarts, failures follow; the root is removed, the machine restarts, and the failures end: what both ends of a log decide. */
const story = fc
  .integer({ min: 0, max: 200 })
  .map((from): readonly Given[] =>
    [
      detection("root_added_by_auto_update", from, { Thumbprint: "A".repeat(40) }),
      detection("host_started", from + 10),
      ...Array.from({ length: 25 }, (_, i) => detection("tls_alert_received", from + 10.5 + i / 4, { Alert: "48" })),
      detection("root_removed_by_auto_update", from + 16, { Thumbprint: "A".repeat(40) }),
      detection("host_started", from + 17),
    ].map((detection) => ({ detection })),
  );
const coverage = fc
  .record({
    computer: fc.constantFrom("EDGE01", "edge01", "FE01"),
    channel: fc.constantFrom("System", "System", "Application"),
    first: fc.integer({ min: -300, max: 100 }),
    last: fc.integer({ min: 0, max: 600 }),
  })
  .map(({ first, last, ...log }): readonly Given[] => [
    { coverage: { ...log, first: at(first), last: at(first + last) } },
  ]);
const conclude = fc.constant<readonly Given[]>(["conclude"]);
const anything = fc.oneof(
  { weight: 6, arbitrary: oneDetection },
  { weight: 1, arbitrary: failures },
  { weight: 3, arbitrary: story },
  { weight: 2, arbitrary: coverage },
  { weight: 2, arbitrary: conclude },
);
/** At the end only what is learned of the logs: no detection hides what that changes. */
const given = fc
  .tuple(fc.array(anything, { maxLength: 15 }), conclude, fc.array(coverage, { maxLength: 6 }))
  .map(([first, then, last]) => [...first, then, ...last].flat());

test("a flood is concluded now and then; what is new in its group at once, and all of it at the end", () => {
  const correlator = new Correlator(SEQUENCES);
  const standing = () => [...correlator.changes("new")].flatMap(({ incidents }) => incidents);
  const failure = (index: number) => detection("tls_alert_received", 20 + index / 1000, { Alert: "48" });
  const all = [
    detection("root_added_by_auto_update", 0, { Thumbprint: "A".repeat(40) }),
    detection("host_started", 19),
    ...Array.from({ length: 2_500 }, (_, index) => failure(index)),
  ];
  for (const one of all) correlator.add(one);
  expect(standing()).toHaveLength(1);
  correlator.add(failure(2_500));
  expect(standing()).toEqual([]);
  const added = [
    detection("root_added_by_auto_update", 25, { Thumbprint: "B".repeat(40) }),
    ...Array.from({ length: 200 }, (_, index) => failure(2_501 + index)),
  ];
  correlator.add(added[0] as Detection);
  expect(standing()).toHaveLength(2);
  for (const one of added.slice(1)) correlator.add(one);
  expect(standing()).toHaveLength(2);
  correlator.add(failure(2_701));
  expect(standing()).toEqual([]);
  expect([...correlator.changes()].flatMap(({ incidents }) => incidents)).toEqual(
    incidentsOf([...all, failure(2_500), ...added, failure(2_701)]),
  );
});

test("what is concluded group by group as it changes, in as many processes as there are partitions, is what is concluded of all at the end", () => {
  fc.assert(
    fc.property(given, fc.integer({ min: 1, max: 5 }), (all, partitions) => {
      const detections = all.flatMap((one) => (typeof one === "object" && "detection" in one ? [one.detection] : []));
      const spans = all.flatMap((one) => (typeof one === "object" && "coverage" in one ? [one.coverage] : []));
      const byId = (incidents: readonly Incident[]) => incidents.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const standing = [...followed(SEQUENCES, all, partitions).values()].flat();
      expect(byId(standing)).toEqual(byId(incidentsOf(detections, spans)));
    }),
    { numRuns: 150 },
  );
});
