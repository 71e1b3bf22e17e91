import type { RuleExpression } from "./standard-rule.ts";

/** Deeper and longer than any honest condition; they bound recursion over what a stranger wrote. */
const MAX_DEPTH = 64;
const MAX_CHARACTERS = 10_000;

/** The names of rules that a boolean condition mentions, in the order in which they come first. */
export function namesIn(text: string): readonly string[] {
  return [...new Set(tokensOf(text).filter((token) => !/^(?:[()]|and|or|not)$/i.test(token)))];
}

/**
 * Reads `a and (b or c) and not d`: `or` binds least, then `and`, `not`, parentheses.
 *
 * @param rules the names that may stand in it; the tree has their indices
 * @throws SyntaxError with the reason
 */
export function parseExpression(text: string, rules: readonly string[]): RuleExpression {
  const parser = new ExpressionParser(tokensOf(text), rules);
  const expression = parser.either(0);
  parser.end();
  return expression;
}

function tokensOf(text: string): readonly string[] {
  if (text.length > MAX_CHARACTERS) throw new SyntaxError(`is longer than ${MAX_CHARACTERS} characters`);
  return text.match(/[()]|[^\s()]+/g) ?? [];
}

class ExpressionParser {
  readonly #tokens: readonly string[];
  readonly #rules: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[], rules: readonly string[]) {
    this.#tokens = tokens;
    this.#rules = rules;
  }

  either(depth: number): RuleExpression {
    const terms = [this.#both(depth)];
    while (this.#accept("or")) terms.push(this.#both(depth));
    return joined("or", terms);
  }

  end(): void {
    const token = this.#tokens[this.#at];
    if (token === ")") throw new SyntaxError(`")" closes nothing`);
    if (token !== undefined) throw new SyntaxError(`"and" or "or" is missing before "${token}"`);
  }

  #both(depth: number): RuleExpression {
    const terms = [this.#negated(depth)];
    while (this.#accept("and")) terms.push(this.#negated(depth));
    return joined("and", terms);
  }

  #negated(depth: number): RuleExpression {
    let negations = 0;
    while (this.#accept("not")) negations++;
    const term = this.#operand(depth);
    return negations % 2 === 1 ? { kind: "not", term } : term;
  }

  #operand(depth: number): RuleExpression {
    if (depth > MAX_DEPTH) throw new SyntaxError(`is nested deeper than ${MAX_DEPTH} levels`);
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError("ends where the name of a rule should follow");
    if (token === "(") {
      const inner = this.either(depth + 1);
      if (!this.#accept(")")) throw new SyntaxError(`")" is missing`);
      return inner;
    }
    const index = this.#rules.indexOf(token);
    if (index === -1)
      throw new SyntaxError(
        /^(?:and|or|\))$/i.test(token)
          ? `the name of a rule is missing before "${token}"`
          : `"${token}" is none of its rules: ${this.#rules.join(", ")}`,
      );
    return { kind: "rule", index };
  }

  #accept(word: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }
}

function joined(kind: "and" | "or", terms: readonly RuleExpression[]): RuleExpression {
  const [only] = terms;
  return only !== undefined && terms.length === 1 ? only : { kind, terms };
}
