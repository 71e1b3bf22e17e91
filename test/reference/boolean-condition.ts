/** A boolean condition of a temporal correlation: names of rules, `and`, `or`, `not`, parentheses. */
export type BooleanCondition =
  | { readonly op: "rule"; readonly name: string }
  | { readonly op: "not"; readonly of: BooleanCondition }
  | { readonly op: "and" | "or"; readonly left: BooleanCondition; readonly right: BooleanCondition };

export function parseBooleanCondition(text: string): BooleanCondition {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const joined = (op: "and" | "or", operand: () => BooleanCondition): BooleanCondition => {
    let left = operand();
    while (tokens[at] === op) {
      at += 1;
      left = { op, left, right: operand() };
    }
    return left;
  };
  const either = (): BooleanCondition => joined("or", () => joined("and", single));
  const single = (): BooleanCondition => {
    const token = tokens[at++];
    if (token === "not") return { op: "not", of: single() };
    if (token !== "(") return { op: "rule", name: token ?? "" };
    const inner = either();
    at += 1;
    return inner;
  };
  return either();
}

export function isTrue(condition: BooleanCondition, isThere: (name: string) => boolean): boolean {
  switch (condition.op) {
    case "rule":
      return isThere(condition.name);
    case "not":
      return !isTrue(condition.of, isThere);
    case "and":
      return isTrue(condition.left, isThere) && isTrue(condition.right, isThere);
    case "or":
      return isTrue(condition.left, isThere) || isTrue(condition.right, isThere);
  }
}

/** The rules that a condition names, in order: without a `not` above them, and with one. */
export function namesIn(
  condition: BooleanCondition,
  negated = false,
): readonly { readonly name: string; readonly negated: boolean }[] {
  if (condition.op === "rule") return [{ name: condition.name, negated }];
  if (condition.op === "not") return namesIn(condition.of, !negated);
  return [...namesIn(condition.left, negated), ...namesIn(condition.right, negated)];
}

/** The same as an `or` of branches: names that must be there, and names that must not, joined by `and`. Branches that contradict themselves are left out. */
export function branchesOf(condition: BooleanCondition, negated = false): readonly Branch[] {
  if (condition.op === "rule")
    return [negated ? { present: [], absent: [condition.name] } : { present: [condition.name], absent: [] }];
  if (condition.op === "not") return branchesOf(condition.of, !negated);
  const [left, right] = [branchesOf(condition.left, negated), branchesOf(condition.right, negated)];
  if ((condition.op === "or") !== negated) return [...left, ...right];
  return left
    .flatMap((one) =>
      right.map((other) => ({
        present: [...new Set([...one.present, ...other.present])],
        absent: [...new Set([...one.absent, ...other.absent])],
      })),
    )
    .filter(({ present, absent }) => !present.some((name) => absent.includes(name)));
}

interface Branch {
  readonly present: readonly string[];
  readonly absent: readonly string[];
}
