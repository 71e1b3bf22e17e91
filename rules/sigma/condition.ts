import type { ValueTest } from "./value-test.ts";

/**
 * A rule's `detection` section as one frozen tree: searches are inlined, lists and maps are `or` and `and`. A search that the condition names
 * twice is one node in two places: who works on every node should remember its work by the node, or a short rule can cost long.
 * The matcher compiles it; whatever else wants to read a rule visits it (`visitCondition`).
 */
export type Condition = And | Or | Not | FieldTest | Exists | Absent | FieldReference | Keyword;

interface And {
  readonly kind: "and";
  /** At least two. */
  readonly terms: readonly Condition[];
}

interface Or {
  readonly kind: "or";
  /** At least two. */
  readonly terms: readonly Condition[];
}

interface Not {
  readonly kind: "not";
  readonly term: Condition;
}

/** Holds when any value of the field passes any of the tests; never when the field is absent. */
export interface FieldTest {
  readonly kind: "field";
  readonly field: string;
  readonly tests: readonly ValueTest[];
}

/** `field|exists: true`: the event has the field, be it empty. */
interface Exists {
  readonly kind: "exists";
  readonly field: string;
}

/** `field: null`: the event has no value for the field. */
interface Absent {
  readonly kind: "absent";
  readonly field: string;
}

/** `field|fieldref: other`: any value of `field` is (or begins with …) any value of `other`; never when either is absent. */
export interface FieldReference {
  readonly kind: "fieldref";
  readonly field: string;
  readonly other: string;
  readonly anchoring: "equals" | "contains" | "startswith" | "endswith";
  readonly cased: boolean;
}

/** Holds when any value of any field of the event passes any of the tests. */
export interface Keyword {
  readonly kind: "keyword";
  readonly tests: readonly ValueTest[];
}

/** One function a kind of node: a kind that is forgotten is a type error. */
export type ConditionVisitor<T> = {
  readonly [K in Condition["kind"]]: (node: Extract<Condition, { kind: K }>) => T;
};

export function visitCondition<T>(node: Condition, visitor: ConditionVisitor<T>): T {
  switch (node.kind) {
    case "and":
      return visitor.and(node);
    case "or":
      return visitor.or(node);
    case "not":
      return visitor.not(node);
    case "field":
      return visitor.field(node);
    case "exists":
      return visitor.exists(node);
    case "absent":
      return visitor.absent(node);
    case "fieldref":
      return visitor.fieldref(node);
    case "keyword":
      return visitor.keyword(node);
  }
}

type Leaf = Exclude<Condition, And | Or | Not>;

/** The tests that a condition is made of, each once, in the order they are written. */
export function testsIn(condition: Condition): readonly Leaf[] {
  const tests: Leaf[] = [];
  const seen = new Set<Condition>();
  const visit = (node: Condition): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === "and" || node.kind === "or") node.terms.forEach(visit);
    else if (node.kind === "not") visit(node.term);
    else tests.push(node);
  };
  visit(condition);
  return tests;
}

/** Whether no part of it stands in more than one place. */
export function isTree(condition: Condition): boolean {
  const seen = new Set<Condition>();
  const visit = (node: Condition): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    if (node.kind === "and" || node.kind === "or") return node.terms.every(visit);
    return node.kind !== "not" || visit(node.term);
  };
  return visit(condition);
}

/** The fields that tests read, each once. */
export function fieldsOf(tests: readonly Leaf[]): readonly string[] {
  const fields = tests.flatMap((test) => {
    if (test.kind === "keyword") return [];
    return test.kind === "fieldref" ? [test.field, test.other] : [test.field];
  });
  return [...new Set(fields)];
}

/** All of them, each once; a single term is itself. `terms` must not be empty. */
export function and(terms: readonly Condition[]): Condition {
  return joined("and", terms);
}

/** Any of them, each once; a single term is itself. `terms` must not be empty. */
export function or(terms: readonly Condition[]): Condition {
  return joined("or", terms);
}

function joined(kind: "and" | "or", terms: readonly Condition[]): Condition {
  const distinct = [...new Set(terms)];
  const [only] = distinct;
  if (only === undefined) throw new RangeError(`an "${kind}" of nothing`);
  return distinct.length === 1 ? only : Object.freeze({ kind, terms: Object.freeze(distinct) });
}

export function not(term: Condition): Condition {
  return term.kind === "not" ? term.term : Object.freeze({ kind: "not", term });
}

export function fieldTest(field: string, tests: readonly ValueTest[]): Condition {
  return Object.freeze({ kind: "field", field, tests: Object.freeze(tests) });
}

export function exists(field: string): Condition {
  return Object.freeze({ kind: "exists", field });
}

export function absent(field: string): Condition {
  return Object.freeze({ kind: "absent", field });
}

export function fieldReference(reference: Omit<FieldReference, "kind">): Condition {
  return Object.freeze({ kind: "fieldref", ...reference });
}

export function keyword(tests: readonly ValueTest[]): Condition {
  return Object.freeze({ kind: "keyword", tests: Object.freeze(tests) });
}
