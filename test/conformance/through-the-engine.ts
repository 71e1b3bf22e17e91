import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isoFromTicks } from "../../model/ticks.ts";
import { Correlator } from "../../rules/correlate/correlator.ts";
import { concluding, loadRules, type RuleSet } from "../../rules/load.ts";
import { eventFromFields } from "../../rules/sample-event.ts";
import { detect } from "../../rules/sigma/detect.ts";
import { createMatcher, type Matcher } from "../../rules/sigma/matcher.ts";
import type { CaseEvent, PlainIncident } from "../reference/correlation.ts";
import { type Case, sorted } from "./read-cases.ts";

/** What rootcause comes to: its rules read from a file, its detections, its incidents. */
export function incidentsByEngine({ texts, events, seenUntil }: Case): readonly PlainIncident[] {
  const { rules, matcher } = engineOf(texts);
  const correlator = new Correlator(concluding(rules));
  const ids = new Map(events.map((event) => [keyOf(event, event.record), event.id]));
  for (const event of events) {
    const { computer, channel, time } = event;
    correlator.addCoverage({ computer, channel, first: time, last: seenUntil(event) });
    const fields = { ...event.fields, TimeCreated: isoFromTicks(time) };
    for (const detection of detect(matcher, eventFromFields(fields))) correlator.add(detection);
  }
  return sorted(
    correlator.incidents().map(({ rule, evidence }) => {
      const named = evidence.flatMap(({ events }) =>
        events.map(({ event }) => ids.get(keyOf(event, event.recordId)) ?? "?"),
      );
      return { rule: rule.name, events: [...new Set(named)].sort() };
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
