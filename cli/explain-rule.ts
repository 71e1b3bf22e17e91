import { readFileSync } from "node:fs";
import { stdout } from "node:process";
import { openEvtx } from "../ingest/evtx/file.ts";
import { eventOf } from "../ingest/files/event-of.ts";
import { TextFile } from "../ingest/files/text-file.ts";
import { type EventRef, eventRef, type WindowsEvent } from "../model/event.ts";
import { isoFromTicks } from "../model/ticks.ts";
import { UserError } from "../model/user-error.ts";
import { findLogs } from "../pipeline/find-logs.ts";
import { type Explanation, explainer, type ItemOutcome } from "../rules/explain.ts";
import { createMatcher } from "../rules/sigma/matcher.ts";
import { explainSequence } from "./explain-sequence.ts";
import { findRule } from "./find-rule.ts";
import { type Look, lookOf } from "./report/look.ts";
import { visible } from "./report/visible-text.ts";
import type { RuleOptions } from "./rule-options.ts";

export interface ExplainOptions extends RuleOptions {
  readonly event: string;
  readonly record?: bigint;
}

interface Explained {
  readonly ref: EventRef;
  readonly explanation: Explanation;
}

/** Events that are shown when no record is named: the first that match, or else those that came nearest. */
const SHOWN = 3;

/** Runs `rootcause rules explain RULE --event FILE`. */
export async function explainRule(name: string, options: ExplainOptions): Promise<void> {
  const { rule, set } = await findRule(name, options);
  if (rule.kind === "sequence") {
    if (options.record !== undefined)
      throw new UserError(`"${rule.name}" is a sequence, of many events: leave out --record.`);
    stdout.write(await explainSequence(rule, set, eventsOf(options.event)));
    return;
  }
  if (rule.kind !== "detection")
    throw new UserError(
      `"${rule.name}" correlates: explain the detection rules that it is made of; "rootcause rules show ${rule.name}" names them.`,
    );
  const explain = explainer(rule, readFileSync(rule.place.file, "utf8"));
  if (explain === undefined)
    throw new UserError(
      `"${rule.name}" (${rule.place.file}:${rule.place.line}) is put together of several documents, and cannot be explained.`,
    );
  const twins = createMatcher(set.detections.filter(({ id }) => id === rule.id));
  const counts = { events: 0, inLogsource: 0, matching: 0, asTwin: 0 };
  let nearest: readonly Explained[] = [];
  for await (const event of eventsOf(options.event)) {
    const ref = eventRef(event);
    if (options.record !== undefined && ref.recordId !== options.record) continue;
    counts.events++;
    const explanation = explain(event);
    if (explanation.inLogsource) counts.inLogsource++;
    if (explanation.matches) counts.matching++;
    else if (twins.match(event).length > 0) counts.asTwin++;
    if (explanation.inLogsource || options.record !== undefined)
      nearest = [...nearest, { ref, explanation }].toSorted((a, b) => nearness(b) - nearness(a)).slice(0, SHOWN);
  }
  const look = lookOf(stdout);
  stdout.write(
    `${visible(rule.title)}: matches ${counts.matching} of ${counts.events} events; ${counts.inLogsource} are of its logsource.\n`,
  );
  if (counts.asTwin > 0)
    stdout.write(
      `It matches ${counts.asTwin} more, which are the same in Windows' own events with other fields (docs/rules.md says which); these are not explained.\n`,
    );
  for (const one of nearest) if (one.explanation.matches || counts.matching === 0) stdout.write(eventText(one, look));
}

function nearness({ explanation: { matches, searches } }: Explained): number {
  const items = searches.flatMap((search) => search.items);
  return matches ? 2 : items.filter(({ holds }) => holds).length / Math.max(1, items.length);
}

async function* eventsOf(path: string): AsyncGenerator<WindowsEvent> {
  for (const { path: file, isText } of findLogs([path]).files) {
    if (isText) {
      for await (const messages of new TextFile(file).messages())
        for (const message of messages) {
          const { event } = eventOf(message, undefined);
          if (event !== undefined) yield event;
        }
      continue;
    }
    using log = openEvtx(file);
    yield* log.records(() => undefined);
  }
}

function eventText({ ref, explanation }: Explained, look: Look): string {
  const { matches, inLogsource, condition, searches } = explanation;
  const lines = [
    "",
    `${look.paint("bold", matches ? "matches" : "no match")}: ${ref.channel} record ${ref.recordId}, ${ref.provider} ${ref.eventId}, ${ref.computer}, ${isoFromTicks(ref.time)}`,
    ...(inLogsource ? [] : ["  It is no event of the rule's logsource."]),
    `  condition: ${condition}`,
    ...searches.flatMap(({ name, holds, items }) => [`  ${holds ? "yes" : "no "} ${name}`, ...items.map(itemText)]),
  ];
  return `${lines.map(visible).join("\n")}\n`;
}

const MOST = 5;

function itemText({ line, key, expected, found, holds }: ItemOutcome): string {
  const list = (texts: readonly string[]) =>
    texts
      .slice(0, MOST)
      .map((text) => `"${text.length > 120 ? `${text.slice(0, 120)}…` : text}"`)
      .join(", ") + (texts.length > MOST ? ` … ${texts.length - MOST} more` : "");
  const has =
    found === undefined ? "" : found.length === 0 ? "; the event has no such field" : `; found ${list(found)}`;
  return `      ${holds ? "yes" : "no "} line ${line}, ${key}: expected ${list(expected)}${has}`;
}
