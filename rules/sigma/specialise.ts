import { compileAny } from "./compile-value.ts";
import { and, type Condition, type ConditionVisitor, not, or, visitCondition } from "./condition.ts";
import type { TextValue } from "./event-text.ts";

/** Values that are the same for every event in question, or undefined where they are not known. */
export type KnownValues = (field: string) => readonly TextValue[] | undefined;

/**
 * What is left of a condition when some fields are known: true or false when they decide it, else the smaller condition. Most rules are decided
 * by channel, provider and event id, so that they are never tried on an event. What is as before is the same object.
 */
export function specialise(condition: Condition, known: KnownValues): Condition | boolean {
  const done = new Map<Condition, Condition | boolean>();
  const inner = (node: Condition): Condition | boolean => {
    const left = done.get(node) ?? visitCondition(node, visitor);
    done.set(node, left);
    return left;
  };
  const visitor: ConditionVisitor<Condition | boolean> = {
    and: (node) => joined(node, inner, false, and),
    or: (node) => joined(node, inner, true, or),
    not: (node) => {
      const left = inner(node.term);
      if (left === node.term) return node;
      return typeof left === "boolean" ? !left : not(left);
    },
    field: (node) => {
      const values = known(node.field);
      return values === undefined ? node : values.some(compileAny(node.tests).test);
    },
    exists: (node) => {
      const values = known(node.field);
      return values === undefined ? node : values.length > 0;
    },
    absent: (node) => {
      const values = known(node.field);
      return values === undefined ? node : values.length === 0;
    },
    fieldref: (node) => (known(node.field)?.length === 0 || known(node.other)?.length === 0 ? false : node),
    keyword: (node) => node,
  };
  return inner(condition);
}

/** `decisive` is the value that settles the whole: false for `and`, true for `or`. */
function joined(
  node: Extract<Condition, { kind: "and" | "or" }>,
  inner: (term: Condition) => Condition | boolean,
  decisive: boolean,
  join: (terms: readonly Condition[]) => Condition,
): Condition | boolean {
  const open: Condition[] = [];
  let isSame = true;
  for (const term of node.terms) {
    const left = inner(term);
    if (left === decisive) return decisive;
    if (typeof left !== "boolean") open.push(left);
    if (left !== term) isSame = false;
  }
  if (isSame) return node;
  return open.length === 0 ? !decisive : join(open);
}
