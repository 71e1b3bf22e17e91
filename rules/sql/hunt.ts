import { isoFromTicks, type Ticks } from "../../model/ticks.ts";
import { type Condition, visitCondition } from "../sigma/condition.ts";
import type { DetectionRule } from "../sigma/rule.ts";
import { definitionsFor, fieldSource, isColumn } from "./event-fields.ts";
import { ruleTerms } from "./rule-sql.ts";
import { type Statement, ValueList } from "./values.ts";

export interface TimeRange {
  readonly from: Ticks | undefined;
  /** Not included. */
  readonly to: Ticks | undefined;
}

/** Columns that every hunt shows before those of the rule, and the map of all fields behind them. */
const SHOWN = ["TimeCreated", "Computer", "Channel", "EventID", "EventRecordID"];

/** More columns than this are in `fields` only. */
const MOST_FIELDS = 12;

/**
 * One SELECT over the table `events` that gives the events which the rule matches, in order of time, with the fields that the rule reads as columns.
 *
 * @param rules a rule, and with it what it becomes for the twin of its events (`twinOf`): what any of them matches
 * @throws SqlRefusal when the rule means something that has no equal in SQL
 */
export function huntStatement(rules: readonly DetectionRule[], { from, to }: TimeRange): Statement {
  const values = new ValueList();
  const terms = [
    ...(from === undefined ? [] : [`TimeCreated >= ${moment(from, values)}`]),
    ...(to === undefined ? [] : [`TimeCreated < ${moment(to, values)}`]),
    ...eitherOf(rules.map((rule) => ruleTerms(rule, values))),
  ];
  const columns = [...SHOWN, ...fieldColumns(rules, values), "fields"];
  const select = `SELECT\n  ${columns.join(",\n  ")}\nFROM events FINAL\nWHERE ${terms.join("\n  AND ")}\nORDER BY TimeCreated\n`;
  return { text: definitionsFor(select) + select, values: values.values };
}

function moment(ticks: Ticks, values: ValueList): string {
  return `toDateTime64(${values.text(isoFromTicks(ticks).replace("T", " ").replace("Z", ""))}, 7, 'UTC')`;
}

function eitherOf(alternatives: readonly (readonly string[])[]): readonly string[] {
  const [only = [], ...more] = alternatives;
  if (more.length === 0) return only;
  return [`(${alternatives.map((terms) => `(${terms.join("\n    AND ")})`).join("\n   OR ")})`];
}

function fieldColumns(rules: readonly DetectionRule[], values: ValueList): readonly string[] {
  // A name that is no plain word, or that a column of the table has, would need more care than it is worth: it is in `fields`.
  const plain = [...fieldsOf(rules.map(({ condition }) => condition))].filter(
    (name) => /^[A-Za-z_]\w{0,63}$/.test(name) && !TAKEN.has(name),
  );
  return plain.slice(0, MOST_FIELDS).flatMap((name) => {
    const source = fieldSource(name, values);
    return source.kind === "list" ? [`arrayStringConcat(${source.list}, ' | ') AS ${name}`] : [];
  });
}

const TAKEN = new Set([
  "TimeCreatedTicks",
  "Provider",
  "fields",
  "names",
  "texts",
  "field",
  "number",
  "time",
  "everything",
]);

/** The fields that conditions read and the table has no column for, each once, however its name is written. */
function fieldsOf(conditions: readonly Condition[]): ReadonlySet<string> {
  const names = new Map<string, string>();
  const seen = new Set<Condition>();
  const add = (...fields: readonly string[]) => {
    for (const field of fields)
      if (!isColumn(field)) names.set(field.toLowerCase(), names.get(field.toLowerCase()) ?? field);
  };
  const visit = (node: Condition): void => {
    if (seen.has(node)) return;
    seen.add(node);
    visitCondition<void>(node, {
      and: ({ terms }) => terms.forEach(visit),
      or: ({ terms }) => terms.forEach(visit),
      not: ({ term }) => visit(term),
      field: ({ field }) => add(field),
      exists: ({ field }) => add(field),
      absent: ({ field }) => add(field),
      fieldref: ({ field, other }) => add(field, other),
      keyword: () => undefined,
    });
  };
  conditions.forEach(visit);
  return new Set(names.values());
}
