import type { WindowsEvent } from "../model/event.ts";
import type { Incident } from "../model/incident.ts";
import { RangeReader } from "../pipeline/range-result.ts";
import type { CorrelationRule } from "../rules/correlate/correlation-rule.ts";
import { Correlator } from "../rules/correlate/correlator.ts";
import type { SequenceRule } from "../rules/correlate/sequence-rule.ts";
import { type FullestWindow, fullestWindow } from "../rules/correlate/standard/fullest-window.ts";
import type { RuleSet } from "../rules/load.ts";
import { createMatcher } from "../rules/sigma/matcher.ts";

/** What a correlation comes to over some events. */
export interface CorrelationExplanation {
  readonly rule: CorrelationRule;
  /** Those that came furthest first. */
  readonly incidents: readonly Incident[];
  /** Detection rule → how many events it matched. */
  readonly seen: ReadonlyMap<string, number>;
  /** Of Sigma's own types: what came nearest where there is no incident. */
  readonly fullest: FullestWindow | undefined;
}

/** Reads all events as a scan of them alone would: the logs begin and end with them. */
export async function explainCorrelation(
  rule: CorrelationRule,
  set: RuleSet,
  events: AsyncIterable<WindowsEvent>,
): Promise<CorrelationExplanation> {
  const correlator = new Correlator([...inhibitorsOf(rule, set), rule]);
  const names = new Set(correlator.ruleNames);
  const matcher = createMatcher(set.detections.filter(({ name }) => names.has(name)));
  const reader = new RangeReader(matcher, { from: undefined, to: undefined, keepEvents: false });
  for await (const event of events) reader.add(event);
  const { detections, coverage } = reader.result(0);
  for (const detection of detections) correlator.add(detection);
  for (const span of coverage) correlator.addCoverage(span);
  const incidents = correlator.incidents().filter((one) => one.rule.id === rule.id);
  return {
    rule,
    incidents: incidents.toSorted((a, b) => stepsOf(b) - stepsOf(a)),
    seen: new Map([...Map.groupBy(detections, (one) => one.rule.name)].map(([name, all]) => [name, all.length])),
    fullest: rule.kind === "standard" && incidents.length === 0 ? fullestWindow(rule, detections) : undefined,
  };
}

function stepsOf({ evidence }: Incident): number {
  return evidence.filter(({ role }) => role === "step").length;
}

/** They leave a sequence only what they do not explain better. */
function inhibitorsOf(rule: CorrelationRule, { sequences }: RuleSet): readonly SequenceRule[] {
  return rule.kind === "sequence" ? sequences.filter(({ name }) => rule.inhibitedBy.includes(name)) : [];
}
