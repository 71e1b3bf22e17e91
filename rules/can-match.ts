import { contradicts } from "./contradiction.ts";
import { type Condition, fieldsOf, testsIn } from "./sigma/condition.ts";
import { TextValue } from "./sigma/event-text.ts";
import { knownFields } from "./sigma/known-fields.ts";
import { eventSourceOf } from "./sigma/logsource.ts";
import type { DetectionRule } from "./sigma/rule.ts";
import { specialise } from "./sigma/specialise.ts";
import { literalOf } from "./sigma/text-pattern.ts";
import type { ValueTest } from "./sigma/value-test.ts";

/** Why a condition cannot be fulfilled. */
export interface Impossible {
  readonly reason: string;
  /** The field that it is about, as it is written; undefined where it is about the whole. */
  readonly field: string | undefined;
  /** No event can; else only one that has the field several times, as few do. */
  readonly isSure: boolean;
}

/** What every event has once: whatever its own data calls so does not count (model/shape.ts). */
const SINGLE = ["eventid", "channel", "provider_name", "computer"];

/** What several values of an event may be called. */
const UNNAMED = "data";

/** More values than any honest rule names of one field: beyond, they are not tried. */
const MAX_VALUES = 500;

/** None where an event has no such field, undefined where that is not known. */
type Values = ReadonlyMap<string, readonly TextValue[] | undefined>;

/**
 * Why no event of the rule's logsource can fulfil its condition; undefined when one may. Not all that is impossible is found: what is, is
 * impossible.
 */
export function whyNever({ logsource, condition }: DetectionRule): Impossible | undefined {
  const never = (reason: string): Impossible => ({ reason, field: undefined, isSure: true });
  if (contradicts(condition))
    return never("its condition contradicts itself: it asks for something and for its opposite");
  const source = eventSourceOf(logsource);
  if (typeof source === "string") return never(source);
  const { channels = [undefined], eventIds = [undefined] } = source;
  const sources = channels.flatMap((channel) =>
    eventIds.map(
      (eventId): Values =>
        new Map([
          ["channel", channel === undefined ? undefined : [new TextValue(channel)]],
          ["eventid", eventId === undefined ? undefined : [new TextValue(String(eventId))]],
        ]),
    ),
  );
  const left = sources.filter((values) => isPossible(condition, values));
  if (left.length === 0)
    return never("no event of its logsource fulfils the condition: its channels or event ids contradict it");
  const single = new Set([...SINGLE, ...(knownFields(logsource) ?? []).map((name) => name.toLowerCase())]);
  for (const field of fieldsOf(testsIn(condition))) {
    const name = field.toLowerCase();
    const candidates = name === UNNAMED ? undefined : candidatesFor(condition, name);
    if (candidates === undefined) continue;
    const isFree = (values: Values) => values.get(name) === undefined;
    const fits = (values: Values) =>
      !isFree(values) || candidates.some((value) => isPossible(condition, new Map([...values, [name, value]])));
    if (left.some(fits)) continue;
    const asks = `fulfils the condition: it asks for several values of ${field} at once`;
    return single.has(name)
      ? { reason: `no event ${asks}`, field, isSure: true }
      : { reason: `no event that has ${field} once ${asks}`, field, isSure: false };
  }
  return undefined;
}

function isPossible(condition: Condition, values: Values): boolean {
  const rest = specialise(condition, (field) => values.get(field.toLowerCase()));
  return typeof rest === "boolean" ? rest : !contradicts(rest);
}

/** What a field may have that decides something, and one value that stands for all others; undefined where a test is not of whole values. */
function candidatesFor(condition: Condition, field: string): readonly (readonly TextValue[])[] | undefined {
  const tests = testsIn(condition).flatMap((test) =>
    test.kind === "field" && test.field.toLowerCase() === field ? [test.tests] : [],
  );
  if (tests.length < 2) return undefined;
  const texts = new Set(["\u0000"]);
  const bounds = new Set<number>();
  for (const test of tests.flat()) {
    const value = wholeValueOf(test);
    if (value === undefined) return undefined;
    if (typeof value === "string") texts.add(value);
    else bounds.add(value);
  }
  // `3` and `3.0` are one number and two texts.
  const numbers = aroundAll([...bounds].sort((a, b) => a - b)).flatMap((number) => [
    String(number),
    Number.isInteger(number) ? `${number}.0` : `${number}0`,
  ]);
  const values = [...texts, ...numbers];
  if (values.length > MAX_VALUES) return undefined;
  const one = values.map((value) => [new TextValue(value)]);
  return SINGLE.includes(field) ? one : [[], ...one];
}

function wholeValueOf(test: ValueTest): string | number | undefined {
  if (test.kind === "number") return Math.abs(test.than) < 1e15 ? test.than : undefined;
  // Where case matters there are more texts than those that are named.
  return test.kind === "text" && !test.cased ? literalOf(test.pattern) : undefined;
}

/** Each bound, and a number between it and the next. */
function aroundAll(bounds: readonly number[]): readonly number[] {
  return bounds.flatMap((bound, at) => [
    ...(at === 0 ? [bound - 1] : []),
    bound,
    (bound + (bounds[at + 1] ?? bound + 2)) / 2,
  ]);
}
