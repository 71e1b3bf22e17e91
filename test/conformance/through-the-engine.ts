import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Incident } from "../../model/incident.ts";
import { isoFromTicks } from "../../model/ticks.ts";
import { Correlator } from "../../rules/correlate/correlator.ts";
import { concluding, loadRules, type RuleSet } from "../../rules/load.ts";
import { eventFromFields } from "../../rules/sample-event.ts";
import { detect } from "../../rules/sigma/detect.ts";
import { createMatcher, type Matcher } from "../../rules/sigma/matcher.ts";
import type { CaseEvent, PlainIncident } from "../reference/correlation.ts";
import type { Delivered } from "./deliveries.ts";
import { type Case, sorted } from "./read-cases.ts";

/**
 * What rootcause comes to: its rules read from a file, its detections, its incidents.
 *
 * @param delivered how the events come; as they are listed unless given
 */
export function incidentsByEngine(
  { texts, events, seenUntil }: Case,
  delivered: readonly Delivered[] = events,
): readonly PlainIncident[] {
  const { rules, matcher } = engineOf(texts);
  const come: CaseEvent[] = [];
  let correlator = new Correlator(concluding(rules));
  /** Group → what stands, as one who follows the changes knows it. */
  const standing = new Map<string, readonly Incident[]>();
  const follow = () => {
    for (const { groupKey, incidents } of correlator.changes()) standing.set(groupKey, incidents);
  };
  const take = (event: CaseEvent) => {
    const { computer, channel, time } = event;
    correlator.addCoverage({ computer, channel, first: time, last: time });
    const fields = { ...event.fields, TimeCreated: isoFromTicks(time) };
    for (const detection of detect(matcher, eventFromFields(fields))) correlator.add(detection);
  };
  for (const one of [...delivered, "seen", "conclude"] as const)
    if (one === "conclude") follow();
    else if (one === "seen") {
      for (const event of events) {
        const { computer, channel, time } = event;
        correlator.addCoverage({ computer, channel, first: time, last: seenUntil(event) });
      }
    } else if (one === "restart") {
      correlator = new Correlator(concluding(rules));
      for (const event of come) take(event);
    } else {
      come.push(one);
      take(one);
    }
  const incidents = correlator.incidents();
  expect(
    [...standing.values()]
      .flat()
      .map(({ id }) => id)
      .sort(),
  ).toEqual(incidents.map(({ id }) => id).sort());
  const sequences = new Set(rules.sequences.map(({ name }) => name));
  const ids = new Map(events.map((event) => [keyOf(event, event.record), event.id]));
  return sorted(
    incidents.map(({ rule, evidence, state }) => {
      const named = evidence.flatMap(({ events }) =>
        events.map(({ event }) => ids.get(keyOf(event, event.recordId)) ?? "?"),
      );
      const events = [...new Set(named)].sort();
      return sequences.has(rule.name) ? { rule: rule.name, events, state } : { rule: rule.name, events };
    }),
  );
}

/** Names of the rules that are refused. */
export function refusedByEngine({ texts }: Case): readonly string[] {
  return engineOf(texts).rules.refused.map(({ rule }) => rule);
}

interface Engine {
  readonly rules: RuleSet;
  readonly matcher: Matcher;
}

let last: { readonly text: string; readonly engine: Engine } | undefined;

/** Cases with the same rules mostly come one after the other. */
function engineOf(texts: readonly string[]): Engine {
  const text = texts.join("---\n");
  if (last?.text === text) return last.engine;
  const rules = rulesIn(text);
  const engine = { rules, matcher: createMatcher(rules.detections) };
  last = { text, engine };
  return engine;
}

function rulesIn(text: string): RuleSet {
  const folder = mkdtempSync(join(tmpdir(), "conformance-"));
  try {
    const file = join(folder, "case.yml");
    writeFileSync(file, text);
    return loadRules([file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function keyOf({ computer, channel, time }: Pick<CaseEvent, "computer" | "channel" | "time">, record: bigint): string {
  return JSON.stringify([computer.toLowerCase(), channel, String(time), String(record)]);
}
