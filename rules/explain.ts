import { readAll, type WindowsEvent } from "../model/event.ts";
import type { RuleSet } from "./load.ts";
import { type Item, type RulePart, type Search, writtenRule } from "./rule-parts.ts";
import { compileAny } from "./sigma/compile-value.ts";
import { type Condition, fieldsOf, keyword, not, testsIn } from "./sigma/condition.ts";
import { TextValue } from "./sigma/event-text.ts";
import type { Placeholders } from "./sigma/expand.ts";
import { createMatcher } from "./sigma/matcher.ts";
import type { DetectionRule } from "./sigma/rule.ts";
import { twinField, twinOf } from "./sigma/twins.ts";

/** `not known`: the event is a twin of those that the rule means, and does not say such a thing. */
export type Holds = "yes" | "no" | "not known";

/** The values of a field that an event has: none where it has no such field, undefined where a twin does not say what the rule asks for. */
export interface FoundValues {
  readonly field: string;
  readonly values: readonly string[] | undefined;
}

export interface ItemOutcome extends Pick<Item, "line" | "key" | "beginsMap" | "expected"> {
  /** Of each field that it reads, with a twin's name for it; of keywords the values that have one. */
  readonly found: readonly FoundValues[];
  readonly holds: Holds;
}

interface SearchOutcome extends Pick<Search, "name"> {
  readonly holds: Holds;
  readonly items: readonly ItemOutcome[];
}

/** The rule's own condition, or that of a filter. */
export interface PartOutcome extends Pick<RulePart, "filter"> {
  readonly condition: string;
  readonly holds: Holds;
  readonly searches: readonly SearchOutcome[];
}

export interface Explanation {
  readonly matches: boolean;
  /** Whether the event is one that the rule's logsource means, or their twin among Windows' own events (`twinOf`), or neither. */
  readonly kind: EventKind;
  readonly parts: readonly PartOutcome[];
}

export type EventKind = "event" | "twin" | "other";

type Test = (event: WindowsEvent) => boolean;

const ALWAYS = not(keyword([]));
const ANYWHERE = { product: "windows", category: undefined, service: undefined };

/** Says of events how they stand to each search and item of a rule and of the filters that are for it, by their lines. */
export class Explainer {
  /** Whether the rule matches, as it is loaded. */
  readonly matches: Test;
  /** As it is written, without what loading made of its condition. */
  readonly #rule: DetectionRule;
  readonly #parts: readonly RulePart[];
  readonly #isMeant: Test;
  readonly #isTwin: Test;
  readonly #tests = new Map<Condition, (event: WindowsEvent, isTwin: boolean) => Holds>();

  constructor(rule: DetectionRule, set: RuleSet, placeholders: Placeholders) {
    const { logsource, parts } = writtenRule(rule, set, placeholders);
    this.#rule = { ...rule, logsource, condition: ALWAYS };
    this.#parts = parts;
    this.matches = testOf(...set.detections.filter(({ id }) => id === rule.id));
    this.#isMeant = testOf(this.#rule);
    this.#isTwin = testOf(twinOf(this.#rule));
  }

  kindOf(event: WindowsEvent): EventKind {
    return this.#isMeant(event) ? "event" : this.#isTwin(event) ? "twin" : "other";
  }

  explain(event: WindowsEvent): Explanation {
    const kind = this.kindOf(event);
    const isTwin = kind === "twin";
    const holds = (condition: Condition) => this.#holds(condition, event, isTwin);
    return {
      matches: this.matches(event),
      kind,
      parts: this.#parts.map(({ filter, text, condition, searches }) => ({
        filter,
        condition: text,
        holds: holds(condition),
        searches: searches.map(({ name, condition, items }) => ({
          name,
          holds: holds(condition),
          items: items.map(({ condition, ...item }) => ({
            ...item,
            found: this.#found(condition, event, isTwin),
            holds: holds(condition),
          })),
        })),
      })),
    };
  }

  #holds(condition: Condition, event: WindowsEvent, isTwin: boolean): Holds {
    let test = this.#tests.get(condition);
    if (test === undefined) {
      test = this.#testOf(condition);
      this.#tests.set(condition, test);
    }
    return test(event, isTwin);
  }

  /** Of a twin, what must hold whatever it does not say is sure, and so is what cannot. */
  #testOf(condition: Condition): (event: WindowsEvent, isTwin: boolean) => Holds {
    const direct = testOf({ ...this.#rule, logsource: ANYWHERE, condition });
    const surely = testOf(twinOf({ ...this.#rule, condition }));
    const surelyNot = testOf(twinOf({ ...this.#rule, condition: not(condition) }));
    return (event, isTwin) => {
      if (!isTwin) return direct(event) ? "yes" : "no";
      return surely(event) ? "yes" : surelyNot(event) ? "no" : "not known";
    };
  }

  #found(condition: Condition, event: WindowsEvent, isTwin: boolean): readonly FoundValues[] {
    const tests = testsIn(condition);
    const words = tests.flatMap((test) => (test.kind === "keyword" ? test.tests : []));
    return [
      ...fieldsOf(tests).map((name) => {
        const field = isTwin ? twinField(this.#rule.logsource, name) : name;
        return field === undefined ? { field: name, values: undefined } : { field, values: valuesOf(event, field) };
      }),
      ...(words.length === 0 ? [] : valuesWith(compileAny(words).test, event)),
    ];
  }
}

function testOf(...rules: readonly (DetectionRule | undefined)[]): Test {
  const matcher = createMatcher(rules.filter((rule) => rule !== undefined));
  return (event) => matcher.match(event).length > 0;
}

function valuesOf(event: WindowsEvent, field: string): readonly string[] {
  const place = event.shape.field(field);
  return place === undefined ? [] : readAll(event, place);
}

function valuesWith(test: (value: TextValue) => boolean, event: WindowsEvent): readonly FoundValues[] {
  return [...new Set(event.shape.fields)].flatMap((field) => {
    const values = valuesOf(event, field).filter((value) => test(new TextValue(value)));
    return values.length === 0 ? [] : [{ field, values }];
  });
}
