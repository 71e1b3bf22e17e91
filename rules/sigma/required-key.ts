import { type Condition, type FieldTest, visitCondition } from "./condition.ts";
import { literalOf } from "./text-pattern.ts";
import type { ValueTest } from "./value-test.ts";

/**
 * A value that a field must have, in lower case: the whole of it, or its `tail`, what follows the last backslash. Most public rules name
 * programs so (`Image|endswith: '\cmd.exe'`), so that a look-up tells the few worth trying from the many.
 */
export interface RequiredKey {
  readonly field: string;
  readonly part: KeyPart;
  readonly text: string;
}

export type KeyPart = "whole" | "tail";

export function tailOf(text: string): string {
  return text.slice(text.lastIndexOf("\\") + 1);
}

/** Keys of which any event that fulfils the condition has at least one; undefined when there is no such list. */
export function requiredKeys(condition: Condition): readonly RequiredKey[] | undefined {
  const none = () => undefined;
  return visitCondition<readonly RequiredKey[] | undefined>(condition, {
    and: ({ terms }) => shortest(terms.map(requiredKeys)),
    or: ({ terms }) => union(terms.map(requiredKeys)),
    field: (node) => union(node.tests.map((test) => keyOf(node, test))),
    not: none,
    exists: none,
    absent: none,
    fieldref: none,
    keyword: none,
  });
}

function shortest(lists: readonly (readonly RequiredKey[] | undefined)[]): readonly RequiredKey[] | undefined {
  return lists.reduce(
    (best, list) => (best === undefined || (list !== undefined && list.length < best.length) ? list : best),
    undefined,
  );
}

function union(lists: readonly (readonly RequiredKey[] | undefined)[]): readonly RequiredKey[] | undefined {
  const all: RequiredKey[] = [];
  for (const list of lists) {
    if (list === undefined) return undefined;
    all.push(...list);
  }
  return all;
}

function keyOf({ field }: FieldTest, test: ValueTest): readonly RequiredKey[] | undefined {
  if (test.kind !== "text") return undefined;
  const whole = literalOf(test.pattern);
  if (whole !== undefined) return [{ field, part: "whole", text: whole.toLowerCase() }];
  const [first, second, ...more] = test.pattern;
  if (first?.kind !== "any" || second?.kind !== "literal" || more.length > 0 || !second.text.includes("\\"))
    return undefined;
  return [{ field, part: "tail", text: tailOf(second.text.toLowerCase()) }];
}
