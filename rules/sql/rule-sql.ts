import type { Condition } from "../sigma/condition.ts";
import { eventSourceOf } from "../sigma/logsource.ts";
import type { DetectionRule } from "../sigma/rule.ts";
import { conditionSql } from "./compile-condition.ts";
import { SqlRefusal } from "./refusal.ts";
import type { ValueList } from "./values.ts";

/**
 * The terms that all hold for those rows of `events` which the rule matches: its logsource, then its condition.
 *
 * @throws SqlRefusal when the rule means something that has no equal in SQL
 */
export function ruleTerms(rule: DetectionRule, values: ValueList): readonly string[] {
  const source = eventSourceOf(rule.logsource);
  if (typeof source === "string") throw new SqlRefusal(source);
  const { channels, eventIds } = source;
  return [
    ...(channels === undefined
      ? []
      : [
          oneOf(
            "lowerUTF8(Channel)",
            channels.map((channel) => values.text(channel)),
          ),
        ]),
    ...(eventIds === undefined ? [] : [oneOf("EventID", eventIds.map(String))]),
    ...termsOf(rule.condition).map((term) => conditionSql(term, values)),
  ];
}

function termsOf(condition: Condition): readonly Condition[] {
  return condition.kind === "and" ? condition.terms : [condition];
}

function oneOf(column: string, choices: readonly string[]): string {
  return choices.length === 1 ? `${column} = ${choices[0]}` : `${column} IN (${choices.join(", ")})`;
}
