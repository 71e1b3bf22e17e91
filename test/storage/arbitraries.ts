import fc from "fast-check";
import { type Detection, detectionId, LEVELS } from "../../model/detection.ts";
import type { EventRef } from "../../model/event.ts";
import { identityOf } from "../../model/identity.ts";
import type { Incident } from "../../model/incident.ts";

const text = fc.string({ unit: "binary", maxLength: 12 });
const fields = fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true });
const ticks = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const count = fc.nat();
const id = text.map((seed) => identityOf([seed]));
const level = fc.constantFrom(...LEVELS);
const rule = fc.record({ id: text, name: text, title: text, level });

const event: fc.Arbitrary<EventRef> = fc.record({
  computer: text,
  channel: text,
  provider: text,
  eventId: fc.nat(65_535),
  recordId: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  time: ticks,
});

export const anyDetection: fc.Arbitrary<Detection> = fc
  .record({ rule, event, fields })
  .map((detection) => ({ id: detectionId(detection.rule.id, detection.event), ...detection }));

const evidence = fc.record({
  step: text,
  role: fc.constantFrom("step", "context", "counter"),
  count,
  first: ticks,
  last: ticks,
  events: fc.array(fc.record({ detectionId: id, ruleName: text, ruleTitle: text, event, fields }), { maxLength: 3 }),
});

const onset = fc.record({
  before: count,
  beforeSpan: ticks,
  after: fc.double({ noDefaultInfinity: true, noNaN: true }).map((n) => n + 0),
  afterSpan: ticks,
  rose: fc.boolean(),
  reason: text,
});

export const anyIncident: fc.Arbitrary<Incident> = fc.record({
  id,
  rule,
  group: fields,
  state: text,
  severity: level,
  title: text,
  started: ticks,
  updated: ticks,
  strength: fc.constantFrom("strong", "medium", "weak"),
  verdict: text,
  onset: fc.option(onset, { nil: undefined }),
  evidence: fc.array(evidence, { maxLength: 3 }),
  advice: text,
});
