import { timespanText } from "./conclude-standard.ts";
import { textOfDecimal } from "./decimal.ts";
import type { RuleExpression, StandardRule } from "./standard-rule.ts";
import type { Threshold } from "./threshold.ts";

/** What must be true, as a rule says it: `event_count of failed_logon within 5m: gte 10`. */
export function testWords({ test, rules, timespan }: StandardRule): string {
  const within = `within ${timespanText(timespan)}`;
  const all = rules.join(", ");
  switch (test.type) {
    case "event_count":
      return `event_count of ${all} ${within}: ${thresholdWords(test.threshold)}`;
    case "value_count":
      return `value_count of ${test.fields.join(", ")} in ${all} ${within}: ${thresholdWords(test.threshold)}`;
    case "value_sum":
    case "value_avg":
      return `${test.type} of ${test.field} in ${all} ${within}: ${thresholdWords(test.threshold)}`;
    case "value_percentile":
      return `value_percentile ${test.percentile} of ${test.field} in ${all} ${within}: ${thresholdWords(test.threshold)}`;
    case "temporal":
      return "expression" in test
        ? `temporal ${within}: ${expressionWords(test.expression, rules)}`
        : `temporal of ${all} ${within}: ${thresholdWords(test.threshold)} different rules`;
    case "temporal_ordered": {
      const named = (slots: readonly number[]) => slots.map((slot) => rules[slot] ?? "");
      const without = test.absent.length === 0 ? "" : `, without ${named(test.absent).join(", ")}`;
      return `temporal_ordered ${within}: ${named(test.present).join(", then ")}${without}`;
    }
  }
}

function thresholdWords({ bounds }: Threshold): string {
  return [...bounds].map(([operator, bound]) => `${operator} ${textOfDecimal(bound)}`).join(" and ");
}

function expressionWords(expression: RuleExpression, rules: readonly string[]): string {
  if (expression.kind === "rule") return rules[expression.index] ?? "";
  const inner = (term: RuleExpression) =>
    term.kind === "and" || term.kind === "or" ? `(${expressionWords(term, rules)})` : expressionWords(term, rules);
  return expression.kind === "not"
    ? `not ${inner(expression.term)}`
    : expression.terms.map(inner).join(` ${expression.kind} `);
}
