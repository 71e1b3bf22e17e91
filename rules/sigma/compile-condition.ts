import { compileAny } from "./compile-value.ts";
import {
  type Condition,
  type ConditionVisitor,
  type FieldReference,
  type FieldTest,
  type Keyword,
  visitCondition,
} from "./condition.ts";
import type { Columns, EventText, TextValue } from "./event-text.ts";

/** A condition as a function of an event, and about how long it takes beside others. */
interface CompiledCondition {
  readonly cost: number;
  readonly test: (event: EventText) => boolean;
}

/** What costs no more is asked again: to remember the answer would cost as much. */
const ASKED_AGAIN = 3;

/** A test of more texts is another rule's own. */
const MAX_SHARED = 12;

/** Makes functions of conditions. The same test of several rules is one function, which is asked once an event. */
export class ConditionCompiler {
  readonly #columns: Columns;
  readonly #tests = new Map<string, CompiledCondition>();

  constructor(columns: Columns) {
    this.#columns = columns;
  }

  /** Names become columns, and what costs least is tried first. */
  compile(condition: Condition): (event: EventText) => boolean {
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
      field: (node) => this.#shared(node, () => this.#fieldTest(node)),
      exists: ({ field }) => this.#presence(field, true),
      absent: ({ field }) => this.#presence(field, false),
      fieldref: (reference) => compileReference(reference, this.#columns),
      keyword: (node) => this.#shared(node, () => keywordTest(node)),
    };
    return compile(condition).test;
  }

  #shared(node: FieldTest | Keyword, compile: () => CompiledCondition): CompiledCondition {
    if (node.tests.length > MAX_SHARED) return oncePerEvent(compile());
    const key = JSON.stringify(node);
    const known = this.#tests.get(key);
    if (known !== undefined) return known;
    const compiled = oncePerEvent(compile());
    this.#tests.set(key, compiled);
    return compiled;
  }

  #fieldTest({ field, tests }: FieldTest): CompiledCondition {
    const column = this.#columns.numberOf(field);
    const { cost, test } = compileAny(tests);
    return { cost, test: (event) => anyValue(event.values(column), test) };
  }

  #presence(field: string, wanted: boolean): CompiledCondition {
    const column = this.#columns.numberOf(field);
    return { cost: 1, test: (event) => (event.values(column) !== undefined) === wanted };
  }
}

function oncePerEvent({ cost, test }: CompiledCondition): CompiledCondition {
  if (cost <= ASKED_AGAIN) return { cost, test };
  let number = 0;
  let held = false;
  return {
    cost,
    test: (event) => {
      if (event.number !== number) {
        held = test(event);
        number = event.number;
      }
      return held;
    },
  };
}

function keywordTest({ tests }: Keyword): CompiledCondition {
  const { cost, test } = compileAny(tests);
  return { cost: 20 * cost, test: (event) => anyValue(event.everything(), test) };
}

function anyValue(values: readonly TextValue[] | undefined, test: (value: TextValue) => boolean): boolean {
  if (values === undefined) return false;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value !== undefined && test(value)) return true;
  }
  return false;
}

function every(terms: readonly CompiledCondition[]): CompiledCondition {
  const tests = terms.toSorted((a, b) => a.cost - b.cost).map(({ test }) => test);
  return {
    cost: terms.reduce((sum, { cost }) => sum + cost, 0),
    test: (event) => {
      for (let at = 0; at < tests.length; at++) if (tests[at]?.(event) === false) return false;
      return true;
    },
  };
}

function some(terms: readonly CompiledCondition[]): CompiledCondition {
  const tests = terms.toSorted((a, b) => a.cost - b.cost).map(({ test }) => test);
  return {
    cost: terms.reduce((sum, { cost }) => sum + cost, 0),
    test: (event) => {
      for (let at = 0; at < tests.length; at++) if (tests[at]?.(event) === true) return true;
      return false;
    },
  };
}

function compileReference({ field, other, anchoring, cased }: FieldReference, columns: Columns): CompiledCondition {
  const left = columns.numberOf(field);
  const right = columns.numberOf(other);
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
