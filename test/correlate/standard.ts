import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Detection, detectionId } from "../../model/detection.ts";
import type { EventRef } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { SECOND, type Ticks } from "../../model/ticks.ts";
import { Correlator } from "../../rules/correlate/correlator.ts";
import { concluding, loadRules, type RuleSet } from "../../rules/load.ts";
import { BEGIN } from "./detections.ts";

/** Detection rules `a` to `d`, which match their own event id, and the correlations in this text. */
export function rulesOf(correlations: string): RuleSet {
  const folder = mkdtempSync(join(tmpdir(), "rootcause-test-"));
  const detections = ["a", "b", "c", "d"].map(
    (name, at) =>
      `title: ${name}\nname: ${name}\nlogsource: { product: windows, service: system }\ndetection: { s: { EventID: ${at + 1} }, condition: s }`,
  );
  try {
    writeFileSync(join(folder, "rules.yml"), [...detections, correlations].join("\n---\n"));
    return loadRules([folder]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The rules of one correlation, without its title. */
export function oneCorrelation(text: string): RuleSet {
  const rules = rulesOf(`title: The rule\nname: the_rule\nlevel: high\ncorrelation: ${text}`);
  if (rules.refused.length > 0) throw new Error(rules.refused.map(({ reason }) => reason).join("; "));
  return rules;
}

export function seconds(count: number): Ticks {
  return BEGIN + BigInt(Math.round(count * 1000)) * (SECOND / 1000n);
}

/** `a 10 User=bob Computer=H1 Record=5`: rule, second, and what else matters. */
export function detection(text: string): Detection {
  const [rule = "", second = "0", ...pairs] = text.split(" ");
  const {
    Computer = "HOST",
    Channel = "System",
    Record,
    ...fields
  } = Object.fromEntries(pairs.map((pair) => pair.split("=") as [string, string]));
  const time = seconds(Number(second));
  const event: EventRef = {
    computer: Computer,
    channel: Channel,
    provider: "P",
    eventId: 1,
    recordId: Record === undefined ? time / 1000n : BigInt(Record),
    time,
  };
  return {
    id: detectionId(rule, event),
    rule: { id: rule, name: rule, title: rule, level: "low" },
    event,
    fields: { User: "bob", ...fields },
  };
}

/** What the rules conclude when every log of the detections goes on until `until`, in seconds. */
export function concluded(rules: RuleSet, detections: readonly Detection[], until = 10_000): readonly Incident[] {
  const correlator = new Correlator(concluding(rules));
  for (const one of detections) {
    correlator.add(one);
    const { computer, channel, time } = one.event;
    correlator.addCoverage({ computer, channel, first: time, last: seconds(until) > time ? seconds(until) : time });
  }
  return correlator.incidents();
}

/** Of each incident, the events as rule and second: `a10 a20`. */
export function said(incidents: readonly Incident[]): readonly string[] {
  return incidents.map(({ evidence }) =>
    evidence
      .flatMap(({ events }) => events)
      .map(({ ruleName, event }) => `${ruleName}${Number((event.time - BEGIN) / (SECOND / 1000n)) / 1000}`)
      .join(" "),
  );
}
