/** What must be in a text for a match. */
export interface Required {
  /** Texts that stand in the lower case of whatever the expression matches, one behind the other; in lower case. */
  readonly literals: readonly string[];
  /** Characters (UTF-16 units) of the shortest match, or fewer. */
  readonly length: number;
}

const NOTHING: Required = { literals: [], length: 0 };

/** What an expression (RE2 syntax) cannot match without. Only what is understood is read, and everything else is taken for something that may match anything. */
export function requiredBy(source: string): Required {
  const reader = new LiteralReader(source);
  const length = reader.sequence(0);
  return reader.isWhole ? { literals: reader.literals, length } : NOTHING;
}

/** The longest of the literals; empty when none is certain. */
export function literalOfExpression(source: string): string {
  return requiredBy(source).literals.reduce((best, literal) => (literal.length > best.length ? literal : best), "");
}

/** An expression that is nested deeper has no literal. */
const MAX_DEPTH = 20;
/** What follows `\` and stands for itself; letters and digits are classes, anchors and references. */
const PUNCTUATION = /[^\w\s]/;

class LiteralReader {
  readonly literals: string[] = [];
  readonly #source: string;
  #at = 0;
  #run = "";
  #ignoresCase = false;
  #understood = true;

  constructor(source: string) {
    this.#source = source;
  }

  get isWhole(): boolean {
    return this.#understood && this.#at === this.#source.length;
  }

  /** Reads until the end or a closing parenthesis, and returns the length of the shortest match. With alternatives, no literal in it is certain. */
  sequence(depth: number): number {
    if (depth > MAX_DEPTH) this.#understood = false;
    const before = this.literals.length;
    const alternatives = [0];
    while (this.#understood && this.#at < this.#source.length && this.#peek() !== ")") {
      if (this.#peek() === "|") {
        alternatives.push(0);
        this.#at++;
        this.#endRun();
      } else alternatives.push((alternatives.pop() ?? 0) + this.#term(depth));
    }
    this.#endRun();
    if (alternatives.length > 1) this.literals.length = before;
    return Math.min(...alternatives);
  }

  #peek(): string {
    return this.#source.charAt(this.#at);
  }

  #term(depth: number): number {
    const run = this.#run;
    const certain = this.literals.length;
    const length = this.#atom(depth);
    return length * this.#quantifier(run, certain);
  }

  #atom(depth: number): number {
    const char = this.#peek();
    if (char === "(") return this.#group(depth);
    if (char === "[") return this.#class();
    if (char === "\\") return this.#escape();
    this.#at++;
    if (!"^$.".includes(char)) return this.#literal(char);
    this.#endRun();
    return char === "." ? 1 : 0;
  }

  #literal(char: string): number {
    // Without regard to case, s is also U+017F, which has another lower case.
    if (this.#ignoresCase && (char === "s" || char === "S")) this.#endRun();
    else this.#run += char;
    // What follows half a character is of the whole: it may be left out with its other half.
    return /[\uD800-\uDBFF]/.test(char) ? 0 : 1;
  }

  #endRun(): void {
    if (this.#run !== "") this.literals.push(this.#run.toLowerCase());
    this.#run = "";
  }

  /** How often what it stands behind comes at least. What may be left out is not certain, and what may come again is not joined to what follows. */
  #quantifier(run: string, certain: number): number {
    const quantifier = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})[?+]?/.exec(this.#source.slice(this.#at, this.#at + 16));
    if (quantifier === null) return 1;
    this.#at += quantifier[0].length;
    const times = quantifier[0].startsWith("+") ? 1 : Number(quantifier[1] ?? 0);
    if (times === 0) {
      // Nothing has become certain by what is left out, but the end of a run before it.
      this.literals.length = certain;
      this.#run = run;
    }
    this.#endRun();
    return times;
  }

  #escape(): number {
    const char = this.#source.charAt(this.#at + 1);
    this.#at += 2;
    if (PUNCTUATION.test(char)) return this.#literal(char);
    if ("sSwWdDbB".includes(char) && char !== "") this.#endRun();
    else this.#understood = false;
    return char === "b" || char === "B" ? 0 : 1;
  }

  #class(): number {
    const found = /^\[\^?\]?(?:\\[^pPxQ]|[^\]\\[])*\]/.exec(this.#source.slice(this.#at));
    if (found === null) this.#understood = false;
    this.#at += found?.[0].length ?? 1;
    this.#endRun();
    return 1;
  }

  #group(depth: number): number {
    this.#endRun();
    const opening = /^\((?:\?(?:([a-zA-Z]+)\)|([a-zA-Z]*):|P?<\w+>))?/.exec(
      this.#source.slice(this.#at, this.#at + 64),
    );
    const flags = opening?.[1];
    this.#at += opening?.[0].length ?? 1;
    if (opening?.[0] === "(" && this.#peek() === "?") this.#understood = false;
    if ((flags ?? opening?.[2] ?? "").includes("i")) this.#ignoresCase = true;
    if (flags !== undefined) return 0;
    const length = this.sequence(depth + 1);
    if (this.#peek() !== ")") this.#understood = false;
    this.#at++;
    return length;
  }
}

export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
