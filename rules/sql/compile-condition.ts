import { type Condition, type ConditionVisitor, type FieldReference, visitCondition } from "../sigma/condition.ts";
import type { ValueTest } from "../sigma/value-test.ts";
import { anyOf, compileTests } from "./compile-value.ts";
import { type FieldSource, fieldSource } from "./event-fields.ts";
import { SqlRefusal } from "./refusal.ts";
import type { ValueList } from "./values.ts";

/** As much as ClickHouse takes unless its `max_query_size` is raised; it also bounds what a search named a thousand times can cost. */
const MAX_CHARACTERS = 256 << 10;

/**
 * A condition as an SQL expression over a row of `events`, 1 where the engine says true and 0 where it says false, never NULL.
 * It may call what `definitionsFor` defines.
 *
 * @throws SqlRefusal
 */
export function conditionSql(condition: Condition, values: ValueList): string {
  const done = new Map<Condition, string>();
  const compile = (node: Condition): string => {
    const sql = done.get(node) ?? visitCondition(node, visitor);
    done.set(node, sql);
    return sql;
  };
  const visitor: ConditionVisitor<string> = {
    and: ({ terms }) => allOf(bounded(terms.map(compile))),
    or: ({ terms }) => anyOf(bounded(terms.map(compile))),
    not: ({ term }) => `NOT ${enclosed(compile(term))}`,
    field: ({ field, tests }) => testsSql(fieldSource(field, values), tests, values),
    exists: ({ field }) => presence(fieldSource(field, values)),
    absent: ({ field }) => `NOT (${presence(fieldSource(field, values))})`,
    fieldref: (reference) => referenceSql(reference, values),
    keyword: ({ tests }) => `arrayExists(v -> ${compileTests(tests, { text: "v" }, values)}, everything)`,
  };
  return compile(condition);
}

function bounded(terms: readonly string[]): readonly string[] {
  if (terms.reduce((sum, { length }) => sum + length, 0) > MAX_CHARACTERS)
    throw new SqlRefusal(`it would be a statement of more than ${MAX_CHARACTERS} characters`);
  return terms;
}

function allOf(terms: readonly string[]): string {
  return `(${[...new Set(terms)].join(" AND ")})`;
}

function enclosed(sql: string): string {
  return sql.startsWith("(") ? sql : `(${sql})`;
}

function testsSql(source: FieldSource, tests: readonly ValueTest[], values: ValueList): string {
  if (source.kind === "list") return `arrayExists(v -> ${compileTests(tests, { text: "v" }, values)}, ${source.list})`;
  const sql = compileTests(tests, source, values);
  return source.present === "1" ? sql : `(${source.present} AND ${sql})`;
}

function presence(source: FieldSource): string {
  return source.kind === "list" ? `notEmpty(${source.list})` : source.present;
}

function referenceSql({ field, other, anchoring, cased }: FieldReference, values: ValueList): string {
  const text = (name: string) => (cased ? name : `lowerUTF8(${name})`);
  const comparison = COMPARE[anchoring](text("a"), text("b"));
  const list = (name: string) => {
    const source = fieldSource(name, values);
    return source.kind === "list" ? source.list : `if(${source.present}, [${source.text}], [])`;
  };
  return `arrayExists(a -> arrayExists(b -> ${comparison}, ${list(other)}), ${list(field)})`;
}

const COMPARE: Readonly<Record<FieldReference["anchoring"], (one: string, two: string) => string>> = {
  equals: (one, two) => `${one} = ${two}`,
  contains: (one, two) => `position(${one}, ${two}) > 0`,
  startswith: (one, two) => `startsWith(${one}, ${two})`,
  endswith: (one, two) => `endsWith(${one}, ${two})`,
};
