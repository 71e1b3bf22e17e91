import type { RuleRef } from "../../../model/detection.ts";
import type { Ticks } from "../../../model/ticks.ts";
import type { Place } from "../../sigma/rule.ts";
import type { Look, Threshold } from "./threshold.ts";

/** A correlation of one of Sigma's own types (specification 2.1; docs/correlation.md says what it leaves open). */
export interface StandardRule extends RuleRef {
  readonly kind: "standard";
  readonly description: string;
  readonly place: Place;
  /** What it looks at, detection rules and other correlations, by name; in the order that `temporal_ordered` asks for. */
  readonly rules: readonly string[];
  /** Those of `rules` that are correlations themselves. */
  readonly inner: ReadonlyMap<string, StandardRule>;
  /** Of those that are detection rules: the channels, in lower case, in which what they match can stand; without those that say none. */
  readonly channels: ReadonlyMap<string, readonly string[]>;
  /** Fields or aliases; none puts everything into one group. */
  readonly groupBy: readonly string[];
  /** Alias → name in `rules` → field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly timespan: Ticks;
  readonly test: WindowTest;
  /** Whether the correlations that it refers to report incidents of their own as well. */
  readonly generate: boolean;
}

/** What must be true of the detections in a window. */
export type WindowTest =
  | { readonly type: "event_count"; readonly threshold: Threshold }
  | { readonly type: "value_count"; readonly fields: readonly string[]; readonly threshold: Threshold }
  | { readonly type: "value_sum" | "value_avg"; readonly field: string; readonly threshold: Threshold }
  | {
      readonly type: "value_percentile";
      readonly field: string;
      /** 0 to 100. */
      readonly percentile: number;
      readonly threshold: Threshold;
    }
  /** So many different rules. */
  | { readonly type: "temporal"; readonly threshold: Threshold }
  | { readonly type: "temporal"; readonly expression: RuleExpression }
  /** A chain of the rules of `present`, and none of `absent` in the window. Both index `rules`. */
  | { readonly type: "temporal_ordered"; readonly present: readonly number[]; readonly absent: readonly number[] };

/** A boolean condition over rules (specification 2.2, SEP 198). */
export type RuleExpression =
  | { readonly kind: "rule"; readonly index: number }
  | { readonly kind: "not"; readonly term: RuleExpression }
  | { readonly kind: "and" | "or"; readonly terms: readonly RuleExpression[] };

/** The fields that the test reads. */
export function fieldsOf(test: WindowTest): readonly string[] {
  if ("fields" in test) return test.fields;
  return "field" in test ? [test.field] : [];
}

export function lookOf(test: WindowTest): Look {
  if ("threshold" in test) return test.threshold.looks;
  const asksForAbsence = test.type === "temporal_ordered" ? test.absent.length > 0 : hasNot(test.expression);
  return asksForAbsence ? "ahead" : "back";
}

function hasNot(expression: RuleExpression): boolean {
  if (expression.kind === "rule") return false;
  return expression.kind === "not" || expression.terms.some(hasNot);
}

/** How long after a window's end something may still come that decides whether the condition held in it. */
export function settling({ test, timespan, inner }: StandardRule): Ticks {
  const below = [...inner.values()].map(settling).reduce((most, one) => (one > most ? one : most), 0n);
  return lookOf(test) === "around" ? below + timespan : below;
}

/** Whether the expression is true where the rules of these indices, and no others, are there. */
export function isTrue(expression: RuleExpression, isThere: (index: number) => boolean): boolean {
  switch (expression.kind) {
    case "rule":
      return isThere(expression.index);
    case "not":
      return !isTrue(expression.term, isThere);
    case "and":
      return expression.terms.every((term) => isTrue(term, isThere));
    case "or":
      return expression.terms.some((term) => isTrue(term, isThere));
  }
}

/** Rules that are asked to be there: the others are only named behind `not`. */
export function askedFor(rule: Pick<StandardRule, "rules" | "test">): ReadonlySet<number> {
  const { test } = rule;
  if (test.type === "temporal_ordered") return new Set(test.present);
  return "expression" in test ? namedIn(test.expression, false) : new Set(rule.rules.keys());
}

/** Rules of which one more in a window may undo that the condition holds. */
export function canUndo(rule: Pick<StandardRule, "rules" | "test">): ReadonlySet<number> {
  const { test } = rule;
  if (test.type === "temporal_ordered") return new Set(test.absent);
  return "expression" in test ? namedIn(test.expression, true) : new Set(rule.rules.keys());
}

/** Those that stand behind a `not`, or those that stand behind none. */
function namedIn(expression: RuleExpression, negated: boolean): ReadonlySet<number> {
  if (expression.kind === "rule") return new Set(negated ? [] : [expression.index]);
  if (expression.kind === "not") return namedIn(expression.term, !negated);
  return new Set(expression.terms.flatMap((term) => [...namedIn(term, negated)]));
}
