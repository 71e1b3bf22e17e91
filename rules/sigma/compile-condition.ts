import { compileAny } from "./compile-value.ts";
import { type Condition, type ConditionVisitor, type FieldReference, visitCondition } from "./condition.ts";
import type { Columns, EventText, TextValue } from "./event-text.ts";

/** A condition as a function of an event of one shape. */
export interface CompiledCondition {
  readonly cost: number;
  readonly test: (event: EventText) => boolean;
}

const NEVER: CompiledCondition = { cost: 0, test: () => false };

/** Compiles for the shape of `columns`: names become columns, and what costs least is tried first. */
export function compileCondition(condition: Condition, columns: Columns): CompiledCondition {
  const done = new Map<Condition, CompiledCondition>();
  const compile = (node: Condition): CompiledCondition => {
    const compiled = done.get(node) ?? visitCondition(node, visitor);
    done.set(node, compiled);
    return compiled;
  };
  const visitor: ConditionVisitor<CompiledCondition> = {
    and: ({ terms }) => every(terms.map(compile)),
    or: ({ terms }) => some(terms.map(compile)),
    not: ({ term }) => {
      const { cost, test } = compile(term);
      return { cost, test: (event) => !test(event) };
    },
    field: ({ field, tests }) => {
      const column = columns.numberOf(field);
      if (column === undefined) return NEVER;
      const { cost, test } = compileAny(tests);
      return { cost, test: (event) => anyValue(event.values(column), test) };
    },
    exists: ({ field }) => presence(columns.numberOf(field), true),
    absent: ({ field }) => presence(columns.numberOf(field), false),
    fieldref: (reference) => compileReference(reference, columns),
    keyword: ({ tests }) => {
      const { cost, test } = compileAny(tests);
      return { cost: 20 * cost, test: (event) => anyValue(event.everything(), test) };
    },
  };
  return compile(condition);
}

function anyValue(values: readonly TextValue[], test: (value: TextValue) => boolean): boolean {
  for (const value of values) if (test(value)) return true;
  return false;
}

function every(terms: readonly CompiledCondition[]): CompiledCondition {
  const tests = terms.toSorted((a, b) => a.cost - b.cost).map(({ test }) => test);
  return {
    cost: terms.reduce((sum, { cost }) => sum + cost, 0),
    test: (event) => {
      for (const test of tests) if (!test(event)) return false;
      return true;
    },
  };
}

function some(terms: readonly CompiledCondition[]): CompiledCondition {
  const tests = terms.toSorted((a, b) => a.cost - b.cost).map(({ test }) => test);
  return {
    cost: terms.reduce((sum, { cost }) => sum + cost, 0),
    test: (event) => {
      for (const test of tests) if (test(event)) return true;
      return false;
    },
  };
}

function presence(column: number | undefined, wanted: boolean): CompiledCondition {
  if (column === undefined) return { cost: 0, test: () => !wanted };
  return { cost: 1, test: (event) => event.values(column).length > 0 === wanted };
}

function compileReference({ field, other, anchoring, cased }: FieldReference, columns: Columns): CompiledCondition {
  const left = columns.numberOf(field);
  const right = columns.numberOf(other);
  if (left === undefined || right === undefined) return NEVER;
  const matches = COMPARE[anchoring];
  const text = (value: TextValue) => (cased ? value.raw : value.lower);
  return {
    cost: 5,
    test: (event) =>
      anyValue(event.values(left), (one) => anyValue(event.values(right), (two) => matches(text(one), text(two)))),
  };
}

const COMPARE: Readonly<Record<FieldReference["anchoring"], (one: string, two: string) => boolean>> = {
  equals: (one, two) => one === two,
  contains: (one, two) => one.includes(two),
  startswith: (one, two) => one.startsWith(two),
  endswith: (one, two) => one.endsWith(two),
};
