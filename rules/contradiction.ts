import { type Condition, exists, fieldsOf } from "./sigma/condition.ts";

/** Whether a condition asks for something and for its opposite, in so many words. Not every contradiction is found. */
export function contradicts(condition: Condition): boolean {
  const idOf = identities();
  const done = new Map<Condition, boolean>();
  const isNever = (node: Condition): boolean => {
    const known = done.get(node) ?? compute(node);
    done.set(node, known);
    return known;
  };
  const compute = (node: Condition): boolean => {
    if (node.kind === "or") return node.terms.every(isNever);
    if (node.kind !== "and" && node.kind !== "not") return false;
    const { wanted, unwanted } = factsOf(node);
    const ids = new Set([...wanted].map(idOf));
    return [...unwanted].some((one) => isImplied(one, ids, idOf)) || [...wanted].some(isNever);
  };
  return isNever(condition);
}

/** What must be true for the condition to hold, and what must not, taken apart as far as `and` and `not` go. */
function factsOf(condition: Condition): { readonly wanted: Set<Condition>; readonly unwanted: Set<Condition> } {
  const facts = { wanted: new Set<Condition>(), unwanted: new Set<Condition>() };
  const visit = (node: Condition, isNegated: boolean): void => {
    const known = isNegated ? facts.unwanted : facts.wanted;
    if (node.kind === "absent") visit(presence(node.field), !isNegated);
    else if (node.kind === "not") visit(node.term, !isNegated);
    else if (node.kind === "and" && !isNegated) for (const term of node.terms) visit(term, false);
    else if (!known.has(node)) {
      known.add(node);
      // What is held against a value is there.
      if (!isNegated && (node.kind === "field" || node.kind === "fieldref"))
        for (const field of fieldsOf([node])) known.add(presence(field));
      if (node.kind === "or" && isNegated) for (const term of node.terms) visit(term, true);
    }
  };
  visit(condition, false);
  return facts;
}

function presence(field: string): Condition {
  return exists(field.toLowerCase());
}

/** Whether a condition holds wherever all that is wanted does. */
function isImplied(node: Condition, wanted: ReadonlySet<number>, idOf: (node: Condition) => number): boolean {
  if (wanted.has(idOf(node))) return true;
  if (node.kind === "and") return node.terms.every((term) => isImplied(term, wanted, idOf));
  return node.kind === "or" && node.terms.some((term) => isImplied(term, wanted, idOf));
}

/** A number for a condition; two that are written alike have the same. Parts are known by their numbers, so that none is written out twice. */
function identities(): (node: Condition) => number {
  const numbers = new Map<string, number>();
  const known = new Map<Condition, number>();
  const idOf = (node: Condition): number => {
    let id = known.get(node);
    if (id === undefined) {
      const text = textOf(node);
      id = numbers.get(text) ?? numbers.size;
      numbers.set(text, id);
      known.set(node, id);
    }
    return id;
  };
  const textOf = (node: Condition): string => {
    if (node.kind === "and" || node.kind === "or") return `${node.kind} ${node.terms.map(idOf).sort().join()}`;
    if (node.kind === "absent") return `not ${idOf(presence(node.field))}`;
    if (node.kind === "exists") return JSON.stringify(presence(node.field));
    return node.kind === "not" ? `not ${idOf(node.term)}` : JSON.stringify(node);
  };
  return idOf;
}
