import { and, type Condition, not, or } from "./condition.ts";

/** Searches of a rule by name, in the order they are written. */
export type Searches = ReadonlyMap<string, Condition>;

/** Deeper and longer than any honest condition; they bound recursion over what a stranger wrote. */
const MAX_DEPTH = 64;
const MAX_CHARACTERS = 10_000;

/**
 * Reads a condition: `or` binds least, then `and`, `not`, `1 of` / `all of`, parentheses. The searches' trees are put in the places of their names.
 *
 * @throws SyntaxError with the reason
 */
export function parseCondition(text: string, searches: Searches): Condition {
  if (text.length > MAX_CHARACTERS) throw new SyntaxError(`is longer than ${MAX_CHARACTERS} characters`);
  if (text.includes("|"))
    throw new SyntaxError("aggregations after | left Sigma with version 2; write a correlation rule instead");
  const parser = new ConditionParser(tokensOf(text), searches);
  const condition = parser.either(0);
  parser.end();
  return condition;
}

function tokensOf(text: string): readonly string[] {
  const strange = /[^\s()\w*.-]/.exec(text);
  if (strange !== null) throw new SyntaxError(`"${strange[0]}" means nothing here`);
  return text.match(/[()]|[^\s()]+/g) ?? [];
}

class ConditionParser {
  readonly #tokens: readonly string[];
  readonly #searches: Searches;
  #at = 0;

  constructor(tokens: readonly string[], searches: Searches) {
    this.#tokens = tokens;
    this.#searches = searches;
  }

  either(depth: number): Condition {
    const terms = [this.#both(depth)];
    while (this.#accept("or")) terms.push(this.#both(depth));
    return or(terms);
  }

  end(): void {
    const token = this.#tokens[this.#at];
    if (token === ")") throw new SyntaxError(`")" closes nothing`);
    if (token !== undefined) throw new SyntaxError(`"and" or "or" is missing before "${token}"`);
  }

  #both(depth: number): Condition {
    const terms = [this.#negated(depth)];
    while (this.#accept("and")) terms.push(this.#negated(depth));
    return and(terms);
  }

  #negated(depth: number): Condition {
    let negations = 0;
    while (this.#accept("not")) negations++;
    const term = this.#operand(depth);
    return negations % 2 === 1 ? not(term) : term;
  }

  #operand(depth: number): Condition {
    if (depth > MAX_DEPTH) throw new SyntaxError(`is nested deeper than ${MAX_DEPTH} levels`);
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError("ends where the name of a search should follow");
    if (token === "(") {
      const inner = this.either(depth + 1);
      if (!this.#accept(")")) throw new SyntaxError(`")" is missing`);
      return inner;
    }
    if (this.#accept("of")) return this.#quantified(token.toLowerCase());
    return this.#named(token);
  }

  #quantified(quantifier: string): Condition {
    if (quantifier !== "1" && quantifier !== "any" && quantifier !== "all")
      throw new SyntaxError(`"${quantifier} of" is not known; write "1 of" or "all of"`);
    const pattern = this.#tokens[this.#at++];
    if (pattern === undefined) throw new SyntaxError(`"${quantifier} of" needs "them" or a pattern of names after it`);
    const chosen = this.#matching(pattern);
    if (chosen.length === 0) throw this.#isNoSearch(pattern);
    return quantifier === "all" ? and(chosen) : or(chosen);
  }

  /** Names that begin with `_` are passed over by `them` and by every pattern that does not itself begin so. */
  #matching(pattern: string): readonly Condition[] {
    const all = pattern.toLowerCase() === "them";
    return [...this.#searches]
      .filter(([name]) => (all ? !name.startsWith("_") : matchesName(pattern, name)))
      .map(([, condition]) => condition);
  }

  #named(name: string): Condition {
    const condition = this.#searches.get(name);
    if (condition !== undefined) return condition;
    if (/^(?:and|or|not|of|\))$/i.test(name)) throw new SyntaxError(`the name of a search is missing before "${name}"`);
    if (name.includes("*")) throw new SyntaxError(`"${name}" needs "1 of" or "all of" before it`);
    throw this.#isNoSearch(name);
  }

  #isNoSearch(name: string): SyntaxError {
    return new SyntaxError(`"${name}" is the name of no search; there are ${[...this.#searches.keys()].join(", ")}`);
  }

  #accept(word: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }
}

function matchesName(pattern: string, name: string): boolean {
  if (name.startsWith("_") && !pattern.startsWith("_")) return false;
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at + last.length <= name.length;
}
