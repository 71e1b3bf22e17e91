import type { RuleSet } from "./load.ts";
import { fieldsOf, testsIn } from "./sigma/condition.ts";
import { TextValue } from "./sigma/event-text.ts";
import { knownFields } from "./sigma/known-fields.ts";
import { eventSourceOf } from "./sigma/logsource.ts";
import { necessaryTests } from "./sigma/necessary-test.ts";
import type { DetectionRule, Place } from "./sigma/rule.ts";
import { specialise } from "./sigma/specialise.ts";

/** What is to be said of a rule that runs: it can match nothing, it asks for what its events do not have, or it costs much. */
export interface Remark {
  readonly kind: "never matches" | "unknown field" | "expensive";
  readonly place: Place;
  readonly rule: string;
  readonly text: string;
}

/** Looks at every detection rule that runs. */
export function checkRules({ detections }: RuleSet): readonly Remark[] {
  // A rule that is there again for the twin of its events has been looked at.
  const seen = new Set<string>();
  return detections.flatMap((rule) => {
    if (seen.has(rule.id)) return [];
    seen.add(rule.id);
    const { place, name } = rule;
    return remarksOn(rule).map(([kind, text]): Remark => ({ kind, place, rule: name, text }));
  });
}

function remarksOn(rule: DetectionRule): readonly (readonly [Remark["kind"], string])[] {
  if (!canMatch(rule))
    return [
      ["never matches", "no event of its logsource fulfils the condition: its channels or event ids contradict it"],
    ];
  return [
    ...unknownFields(rule).map((text) => ["unknown field", text] as const),
    ...(necessaryTests(rule.condition, () => 1) === undefined
      ? [["expensive", "is tried on every event of its logsource: it needs no value that could be looked up"] as const]
      : []),
  ];
}

/** Whether channel and event id leave anything of the condition. */
function canMatch({ logsource, condition }: DetectionRule): boolean {
  const source = eventSourceOf(logsource);
  if (typeof source === "string") return false;
  const { channels = [undefined], eventIds = [undefined] } = source;
  return channels.some((channel) =>
    eventIds.some((eventId) => {
      const known = new Map<string, readonly TextValue[]>();
      if (channel !== undefined) known.set("channel", [new TextValue(channel)]);
      if (eventId !== undefined) known.set("eventid", [new TextValue(String(eventId))]);
      return specialise(condition, (field) => known.get(field.toLowerCase())) !== false;
    }),
  );
}

function unknownFields({ logsource, condition }: DetectionRule): readonly string[] {
  const known = knownFields(logsource);
  if (known === undefined) return [];
  const names = new Set(known.map((name) => name.toLowerCase()));
  return fieldsOf(testsIn(condition))
    .filter((field) => !names.has(field.toLowerCase()))
    .map((field) => `no event of category "${logsource.category}" has a field "${field}"`);
}
