import type { EventRef } from "../../model/event.ts";
import { exactIntegers } from "../../model/exact-integers.ts";
import { isoFromTicks } from "../../model/ticks.ts";
import { eventOutput } from "../../output/records.ts";
import type { Explanation, FoundValues, Holds, ItemOutcome, PartOutcome } from "../../rules/explain.ts";
import type { DetectionRule } from "../../rules/sigma/rule.ts";
import { counted } from "./count-words.ts";
import type { Look } from "./look.ts";
import { visible } from "./visible-text.ts";

export interface ExplainedEvent {
  readonly ref: EventRef;
  readonly explanation: Explanation;
}

/** How a rule stands to the events of some logs. */
export interface Explained {
  readonly rule: DetectionRule;
  readonly counts: {
    /** All that were looked at. */
    readonly events: number;
    /** Those of them that are of the rule's logsource. */
    readonly event: number;
    /** Those that are of its twin. */
    readonly twin: number;
    readonly matching: number;
  };
  /** The first that match, or those that came nearest. */
  readonly shown: readonly ExplainedEvent[];
}

export function explainedText({ rule, counts, shown }: Explained, look: Look): string {
  const twins = counts.twin === 0 ? "" : `, ${counts.twin.toLocaleString("en-US")} of its twin in Windows' own`;
  return [
    `${visible(rule.title)}: matches ${counts.matching.toLocaleString("en-US")} of ${counted(counts.events, "event")}; ${counts.event.toLocaleString("en-US")} are of its logsource${twins}.\n`,
    ...shown.map((one) => eventText(one, look)),
  ].join("");
}

/** One object; events as in schema/output.schema.json. */
export function explainedJson({ rule: { id, name, title, level }, counts, shown }: Explained): string {
  const { events, event, twin, matching } = counts;
  const explained = shown.map(({ ref, explanation }) => ({ event: eventOutput(ref), ...explanation }));
  // What a twin does not say is null, and not left out.
  const replacer = (key: string, value: unknown) => (value === undefined ? null : exactIntegers(key, value));
  const output = { rule: { id, name, title, level }, events, ofLogsource: event, ofTwin: twin, matching, explained };
  return `${visible(JSON.stringify(output, replacer))}\n`;
}

function eventText({ ref, explanation }: ExplainedEvent, look: Look): string {
  const lines = [
    `${ref.channel} record ${ref.recordId}, ${ref.provider} ${ref.eventId}, ${ref.computer}, ${isoFromTicks(ref.time)}`,
    ...explanationLines(explanation),
  ];
  return `\n${look.paint("bold", explanation.matches ? "matches" : "no match")}: ${lines.map(visible).join("\n")}\n`;
}

const MARKS: Readonly<Record<Holds, string>> = { yes: "yes", no: "no ", "not known": "?  " };

/** How an event stands to each condition of a rule, a line each. */
export function explanationLines({ kind, parts }: Explanation): readonly string[] {
  return [
    ...(kind === "other" ? ["  It is no event of the rule's logsource."] : []),
    ...(kind === "twin"
      ? [
          "  It is the twin of the rule's events, with other fields (docs/rules.md says which); what it does not say counts against a match.",
        ]
      : []),
    ...parts.flatMap(partLines),
  ];
}

function partLines({ filter, condition, holds, searches }: PartOutcome): readonly string[] {
  const what =
    filter === undefined ? "" : ` of the filter "${filter.title}" (${filter.place.file}:${filter.place.line})`;
  return [
    `  ${MARKS[holds]} condition${what}: ${condition}`,
    ...searches.flatMap(({ name, holds, items }) => [`      ${MARKS[holds]} ${name}`, ...items.map(itemLine)]),
  ];
}

function itemLine({ line, key, beginsMap, expected, found, holds }: ItemOutcome): string {
  const words = found.length === 0 ? ["no value has it"] : found.map(foundWords);
  return `          ${MARKS[holds]} line ${line}, ${beginsMap ? "- " : ""}${key}: expected ${listWords(expected)}; ${words.join(", ")}`;
}

function foundWords({ field, values }: FoundValues): string {
  if (values === undefined) return `no field of the twin stands for ${field}`;
  return values.length === 0 ? `the event has no ${field}` : `${field} is ${listWords(values)}`;
}

/** Values that are shown of one field, and characters of a value. */
const MOST = 5;
const LONGEST = 120;

export function listWords(texts: readonly string[]): string {
  const shown = texts.slice(0, MOST).map((text) => `"${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}"`);
  return shown.join(", ") + (texts.length > MOST ? ` … ${texts.length - MOST} more` : "");
}
