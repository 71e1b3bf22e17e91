import { contradicts } from "./contradiction.ts";
import { type Condition, testsIn } from "./sigma/condition.ts";
import { TextValue } from "./sigma/event-text.ts";
import { eventSourceOf } from "./sigma/logsource.ts";
import type { DetectionRule } from "./sigma/rule.ts";
import { specialise } from "./sigma/specialise.ts";
import { literalOf } from "./sigma/text-pattern.ts";

/** What every event has once: whatever its own data calls so does not count (model/shape.ts). */
const SINGLE = ["eventid", "channel", "provider_name", "computer"];

/** More values than any honest rule names of one field: beyond, they are not tried. */
const MAX_VALUES = 500;

/** Undefined where a value is not known. */
type Values = ReadonlyMap<string, TextValue | undefined>;

/**
 * Why no event of the rule's logsource can fulfil its condition; undefined when one may. Not all that is impossible is found: what is, is
 * impossible.
 */
export function whyNever({ logsource, condition }: DetectionRule): string | undefined {
  if (contradicts(condition)) return "its condition contradicts itself: it asks for something and for its opposite";
  const source = eventSourceOf(logsource);
  if (typeof source === "string") return source;
  const { channels = [undefined], eventIds = [undefined] } = source;
  const sources = channels.flatMap((channel) =>
    eventIds.map(
      (eventId): Values =>
        new Map([
          ["channel", channel === undefined ? undefined : new TextValue(channel)],
          ["eventid", eventId === undefined ? undefined : new TextValue(String(eventId))],
        ]),
    ),
  );
  const left = sources.filter((values) => isPossible(condition, values));
  if (left.length === 0)
    return "no event of its logsource fulfils the condition: its channels or event ids contradict it";
  for (const field of SINGLE) {
    const candidates = valuesOf(condition, field);
    const isFree = (values: Values) => values.get(field) === undefined;
    const fits = (values: Values) =>
      !isFree(values) || candidates.some((value) => isPossible(condition, new Map([...values, [field, value]])));
    if (!left.some(fits))
      return `no event fulfils the condition: it asks for several values of ${nameOf(condition, field)} at once`;
  }
  return undefined;
}

function isPossible(condition: Condition, values: Values): boolean {
  const rest = specialise(condition, (field) => {
    const value = values.get(field.toLowerCase());
    return value === undefined ? undefined : [value];
  });
  return typeof rest === "boolean" ? rest : !contradicts(rest);
}

/** The values of a field that decide something, and one that stands for all others; undefined where a test is not of a whole value. */
function valuesOf(condition: Condition, field: string): readonly (TextValue | undefined)[] {
  const tests = testsIn(condition).flatMap((test) =>
    test.kind === "field" && test.field.toLowerCase() === field ? [test.tests] : [],
  );
  const literals = new Set<string>();
  let isOpen = tests.length < 2;
  for (const test of tests.flat()) {
    const literal =
      test.kind === "number" && test.compare === "eq"
        ? String(test.than)
        : test.kind === "text"
          ? literalOf(test.pattern)
          : undefined;
    if (literal === undefined) isOpen = true;
    else literals.add(literal);
  }
  if (isOpen || literals.size > MAX_VALUES) return [undefined];
  return [...literals, "\u0000"].map((value) => new TextValue(value));
}

function nameOf(condition: Condition, field: string): string {
  const found = testsIn(condition).find((test) => "field" in test && test.field.toLowerCase() === field);
  return found !== undefined && "field" in found ? found.field : field;
}
